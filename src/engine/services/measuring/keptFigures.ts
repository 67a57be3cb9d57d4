/**
 * The measured figures beside the index, so that a command that ends with its one search need not measure the library
 * first. Derived: the first line names what they were measured of, and whatever does not fit is measured again.
 */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import { isTemporaryName, makeFolder, readRegular, removeLeftOvers } from '../../../node/files.js'
import { writeAside } from '../../../node/writeAside.js'
import type { Measured } from './healthOf.js'
import type { KeptFigures } from './libraryStatistics.js'

/** Raised whenever what is measured, or how it is written, changes. */
const FORMAT = 6
const FILE = 'statistics.json'
/** More than the figures of any library take. */
const MOST_BYTES = 512 * 1024 * 1024

/** What figures speak of: the model's file, the list of its training images, and the library's facts. */
export type Basis = { model: string; training: string; facts: string }
export type Kept = {
  figures: KeptFigures
  at: string
  /** Of the whole library; absent where only some cases were asked. */
  measured?: Measured
}

/** @returns undefined where there are none, of another basis or format, or damaged */
export function readKept(folder: string, basis: Basis): Kept | undefined {
  let text: string
  try {
    text = Buffer.from(readRegular(join(folder, FILE), MOST_BYTES) ?? []).toString()
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return undefined
    throw error
  }
  const end = text.indexOf('\n')
  const body = text.slice(end + 1)
  if (end < 0 || text.slice(0, end) !== manifestOf(basis, body)) return undefined
  return JSON.parse(body) as Kept
}

/** Whole or not at all. A disk that takes no more costs only that they are measured again. */
export async function writeKept(folder: string, basis: Basis, kept: Kept): Promise<void> {
  const body = JSON.stringify(kept)
  try {
    makeFolder(folder)
    removeLeftOvers(
      ...readdirSync(folder)
        .filter(isTemporaryName)
        .map((name) => join(folder, name)),
    )
    await writeAside(join(folder, FILE), Buffer.from(`${manifestOf(basis, body)}\n${body}`))
  } catch (error) {
    if (!(error instanceof HilumError) && !(error instanceof Error && 'syscall' in error)) throw error
  }
}

/** The body's checksum is part of it: a file that was cut or changed does not fit its own first line. */
function manifestOf({ model, training, facts }: Basis, body: string): string {
  const sha256 = createHash('sha256').update(body).digest('hex')
  return JSON.stringify({ format: FORMAT, model, training, facts, sha256 })
}
