/** Impressions noted before the hits were shown, one line each, on this computer only: for teaching. */
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { readingSchema, type Reading } from '@shared/domain/measuring.js'
import { HilumError } from '@shared/errors.js'
import type { Handler } from '../ports/calls.js'

export function readingLog(file: string): {
  add: Handler<'reading.add'>
  list: Handler<'reading.list'>
  clear: Handler<'reading.clear'>
} {
  return {
    /** @throws STORAGE_FAILED */
    add(reading) {
      const line: Reading = { ...reading, at: new Date().toISOString() }
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
        appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true })
      } catch (cause) {
        throw new HilumError('STORAGE_FAILED', 'The impression could not be written to the log.', { cause })
      }
      return line
    },
    list: () => ({ readings: readingsIn(file) }),
    clear() {
      rmSync(file, { force: true })
      return { readings: [] }
    },
  }
}

/** A line that was cut off by a crash is left out; the others are kept. */
function readingsIn(file: string): Reading[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new HilumError('FILE_UNREADABLE', 'The log of readings cannot be read.', { cause: error })
  }
  return text.split('\n').flatMap((line) => {
    const parsed = readingSchema.safeParse(parsedOr(line))
    return parsed.success ? [parsed.data] : []
  })
}

function parsedOr(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Cut off in the middle: the caller leaves it out.
    return undefined
  }
}
