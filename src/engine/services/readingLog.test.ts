import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CallContext } from '../ports/calls.js'
import { readingLog } from './readingLog.js'

const context: CallContext = { signal: new AbortController().signal, progress: () => undefined }

it('keeps readings, survives a line that was cut off, and lets go of them when asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-readings-'))
  try {
    const file = join(folder, 'user', 'readings.jsonl')
    const log = readingLog(file)
    expect(await log.list({}, context)).toEqual({ readings: [] })
    const reading = {
      sha256: 'a'.repeat(64),
      library: 'Ward',
      impression: 'NORMAL',
      confidence: 'likely',
    } as const
    const written = await log.add(reading, context)
    appendFileSync(file, '{"at":"2024-')
    expect(await log.list({}, context)).toEqual({ readings: [written] })
    expect(written.at).toMatch(/^\d{4}-/)
    await log.clear({}, context)
    expect(await log.list({}, context)).toEqual({ readings: [] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
