import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { Command } from '../command.js'
import { text, whole } from '../options.js'
import { ROOT } from '../session.js'

/** The loopback host is a host of its own with its own engine process; this command only starts it and waits. */
export const serve: Command = {
  usage: '',
  summary: 'shows the window in a browser tab of this computer, until interrupted',
  options: { port: { type: 'string', help: 'port on 127.0.0.1 (default: any free one)' } },
  arity: [0, 0],
  library: 'none',
  async run({ values, screen, signal }) {
    const port = whole(values, 'port', 0, 65_535)
    const library = text(values, 'library')
    const child = spawn(
      process.execPath,
      [
        join(ROOT, 'out', 'web', 'index.cjs'),
        ...(port === undefined ? [] : ['--port', String(port)]),
        ...(library === undefined ? [] : ['--library', resolve(library)]),
        ...(screen.json ? ['--json'] : []),
      ],
      { stdio: 'inherit' },
    )
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    const code = await new Promise<number>((done, failed) => {
      child.on('error', failed)
      child.on('exit', (status) => done(status ?? 0))
    })
    if (code !== 0 && !signal.aborted)
      throw new HilumError('ENGINE_FAILED', `The loopback host ended with status ${code}.`)
  },
}
