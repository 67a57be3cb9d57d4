/** One browser tab's socket: frames in, frames out, and the rule that a page names no paths. */
import { problem, problemOf, type Result } from '@shared/errors.js'
import { frameOf, messageOf } from '@shared/framing.js'
import { PathPolicy } from '@shared/pathPolicy.js'
import { readMessage, type FromEngine } from '@shared/transport.js'
import type { WebSocket } from 'ws'
import type { EngineSupervisor } from '../hosts/engineSupervisor.js'
import { Incoming } from './incoming.js'

/** RFC 6455 7.4.1: the message cannot be understood. */
const UNSUPPORTED_DATA = 1003

/**
 * @param granted the path behind a token, for a host that grants places; a browser tab gets those of what it sent
 * @param userData where that lies until the tab closes
 * @returns resolves when the socket is closed and what it had sent is gone
 */
export function serveSocket(
  socket: WebSocket,
  engine: EngineSupervisor,
  granted: (token: string) => string | undefined,
  userData: string,
): Promise<void> {
  const incoming = new Incoming(userData)
  const policy = new PathPolicy(granted, (token) => incoming.path(token))
  const deliver = (message: FromEngine): void => {
    if ('event' in message) {
      if (message.event.type === 'library') policy.learn(message.event.info)
    } else if (message.result.ok) policy.learn(message.result.value)
    if (socket.readyState === socket.OPEN) socket.send(frameOf(message))
  }
  const connection = engine.connect(deliver)
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const message = isBinary ? understood(data) : undefined
    if (message === undefined) {
      socket.close(UNSUPPORTED_DATA)
      return
    }
    if ('cancel' in message) {
      connection.send(message)
      return
    }
    if (message.method.startsWith(HOST)) {
      void ofHost(incoming, message.method.slice(HOST.length), message.payload).then((result) =>
        deliver({ id: message.id, result }),
      )
      return
    }
    const admitted = policy.admit(message.method, message.payload)
    if ('refused' in admitted) deliver({ id: message.id, result: { ok: false, problem: admitted.refused } })
    else connection.send({ ...message, payload: admitted.payload })
  })
  socket.on('error', () => socket.terminate())
  // A tab that was cut off in the middle of a restart has to hear where the engine stands.
  if (engine.state === 'stopped')
    deliver({ event: { type: 'engine', state: 'failed', problem: problem('ENGINE_FAILED') } })
  return new Promise((resolve) => {
    socket.on('close', () => {
      connection.close()
      incoming.remove().then(resolve, (error: unknown) => {
        console.error(`Files that a tab had sent could not be removed: ${String(error)}`)
        resolve()
      })
    })
  })
}

/** Calls that the host answers itself. */
const HOST = 'host.'

async function ofHost(incoming: Incoming, method: string, payload: unknown): Promise<Result<unknown>> {
  try {
    if (method === 'keep') await incoming.keep(payload)
    else if (method === 'release') await incoming.release(payload)
    else return { ok: false, problem: problem('METHOD_UNKNOWN') }
    return { ok: true, value: {} }
  } catch (error) {
    return { ok: false, problem: problemOf(error) }
  }
}

function understood(data: Buffer): ReturnType<typeof readMessage> {
  try {
    return readMessage(messageOf(data))
  } catch {
    // Not one of our frames, whatever it is: the caller closes the socket.
    return undefined
  }
}
