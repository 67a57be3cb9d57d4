import { resolve } from 'node:path'
import type { Command } from '../command.js'
import { bytes } from '../screen.js'

const maintained = (what: string, result: { images: number; seconds: number; bytes: number }): string[] => [
  `${what}: ${result.images} images, ${bytes(result.bytes)}, in ${result.seconds.toFixed(1)} s.`,
]

export const libraryInfo: Command = {
  usage: '',
  summary: 'says what the library holds',
  arity: [0, 0],
  library: 'read',
  async run({ session, screen }) {
    const info = await session.call('library.info', {})
    screen.result(info, () => [
      `${info.name} (${info.path})${info.readOnly ? ', for reading only' : ''}`,
      `${info.cases} cases, ${info.images} images, ${info.patients === 0 ? 'no patient number' : `${info.patients} ${info.patients === 1 ? 'patient' : 'patients'} by number`}, ${bytes(info.bytes)}`,
      `findings: ${
        Object.entries(info.findings)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ') || 'none recorded'
      }`,
      `model ${info.model}, index ${info.indexKind} with ${info.indexVectors} vectors, schema ${info.schemaVersion}`,
    ])
  },
}

export const libraryCheck: Command = {
  usage: '',
  summary: 'checks the library and repairs what can be repaired',
  arity: [0, 0],
  library: 'read',
  async run({ session, screen, signal }) {
    const report = await session.call('library.check', {}, { signal, onProgress: screen.progress })
    screen.result(report, () => [
      report.ok ? 'Nothing is missing.' : 'Something is missing:',
      ...report.problems.map(({ code, message }) => `  ${message} [${code}]`),
      ...report.repaired.map((what) => `  repaired: ${what}`),
    ])
    if (!report.ok) process.exitCode = 1
  },
}

export const libraryRebuild: Command = {
  usage: '',
  summary: 'builds the index and previews anew from the database',
  arity: [0, 0],
  library: 'write',
  async run({ session, screen, signal }) {
    const result = await session.call('library.rebuild', {}, { signal, onProgress: screen.progress })
    screen.result(result, () => maintained('Rebuilt', result))
  },
}

export const libraryBackup: Command = {
  usage: 'FILE',
  summary: 'writes the whole library into one file while it stays in use',
  arity: [1, 1],
  library: 'read',
  async run({ args, session, screen, signal }) {
    const result = await session.call(
      'library.backup',
      { path: resolve(args[0] ?? '') },
      { signal, onProgress: screen.progress },
    )
    screen.result(result, () => maintained('Backed up', result))
  },
}

export const libraryRestore: Command = {
  usage: 'FILE',
  summary: 'brings a backup back, after checking it',
  arity: [1, 1],
  library: 'create',
  async run({ args, session, screen, signal }) {
    const result = await session.call(
      'library.restore',
      { path: resolve(args[0] ?? '') },
      { signal, onProgress: screen.progress },
    )
    screen.result(result, () => maintained('Restored', result))
  },
}
