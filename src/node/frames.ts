/** Messages as frames on a stream of bytes: a little-endian uint32 length before each (see shared/framing.ts). */
import type { Readable, Writable } from 'node:stream'
import { frameOf, messageOf } from '@shared/framing.js'

const HEADER = 4

/** @throws TypeError or RangeError for a message that no frame can hold: bigints, cycles */
export function writeFrame(stream: Writable, message: unknown): void {
  const frame = frameOf(message)
  const header = Buffer.alloc(HEADER)
  header.writeUInt32LE(frame.byteLength)
  stream.write(header)
  stream.write(frame)
}

/** Hands on every message that arrives, in order. Bytes that are no frame destroy the stream with that error. */
export function readFrames(stream: Readable, receive: (message: unknown) => void): void {
  let waiting: Buffer[] = []
  let have = 0
  let wanted: number | undefined
  const taken = (count: number): Buffer => {
    const all = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting)
    waiting = all.length > count ? [all.subarray(count)] : []
    have -= count
    return all.subarray(0, count)
  }
  stream.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    have += chunk.length
    try {
      for (;;) {
        if (wanted === undefined && have >= HEADER) wanted = taken(HEADER).readUInt32LE()
        if (wanted === undefined || have < wanted) return
        const frame = taken(wanted)
        wanted = undefined
        receive(messageOf(frame))
      }
    } catch (error) {
      stream.destroy(error as Error)
    }
  })
}
