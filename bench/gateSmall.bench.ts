/**
 * How the gate of small libraries does, by the looks of the pictures alone, as where a model was taught them all: several
 * libraries of each size, and every radiograph of the patients left out as a query.
 * `HILUM_TEST_DATA=... npx vitest run --config bench/vitest.config.ts gateSmall`
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { patientOfFile } from '../src/engine/services/patientOf.js'
import {
  appearanceOf,
  invertedAppearance,
  turnedFraming,
  type Appearance,
} from '../src/engine/services/measuring/appearance.js'
import { AppearanceReference, type Seen } from '../src/engine/services/measuring/appearanceReference.js'
import { OUTSIDE_BELOW } from '../src/engine/services/measuring/bounds.js'
import { fifth } from './support/fifth.js'

const data = process.env['HILUM_TEST_DATA']
const SIZES = [40, 60, 100, 200, 500, 1000, 1500]
const LIBRARIES = 6
/** Of the queries so many are changed too. */
const CHANGED = 200

const KINDS: readonly [string, (own: Appearance) => Appearance][] = [
  ['as they are', (own) => own],
  ['inverted', invertedAppearance],
  ['turned', (own) => own.map((framing) => turnedFraming(framing, 1))],
  ['upside down', (own) => own.map((framing) => turnedFraming(framing, 2))],
]

async function look(file: string): Promise<Seen> {
  const { data: raw, info } = await sharp(file)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const values = Uint16Array.from(
    { length: info.width * info.height },
    (_, i) => (raw[i * info.channels] as number) * 257,
  )
  const patient = patientOfFile(file)
  const appearance = appearanceOf({ rows: info.height, columns: info.width, values })
  return { appearance, caseId: file, ...(patient === undefined ? {} : { patient }) }
}

it.skipIf(data === undefined)('passes nine of ten of its own kind whatever few cases there are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-gate-'))
  try {
    execFileSync('unzip', ['-q', join(data as string, 'kermany_train_224.zip'), '-d', folder])
    const files = readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.jpeg'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    const pool = files.filter((file) => fifth(file) !== 0)
    const queries: Seen[] = []
    for (const file of files.filter((each) => fifth(each) === 0)) queries.push(await look(file))
    const adults: Seen[] = []
    for (const file of readdirSync(join(data as string, 'notes_cases/images')))
      adults.push(await look(join(data as string, 'notes_cases/images', file)))
    for (const size of SIZES) {
      const step = Math.floor(pool.length / size)
      const passed = KINDS.map(() => [] as number[])
      const adult: number[] = []
      for (let one = 0; one < Math.min(LIBRARIES, step); one++) {
        // Evenly over all patients, each library from another start: none shares a picture with another.
        const offset = Math.floor((one * step) / Math.min(LIBRARIES, step))
        const chosen = Array.from({ length: size }, (_, i) => pool[offset + i * step] as string)
        const sample = await Promise.all(chosen.map(look))
        const reference = (await AppearanceReference.of(sample, new AbortController().signal, () =>
          Promise.resolve(),
        )) as AppearanceReference
        adult.push(
          (100 * adults.filter(({ appearance }) => reference.of(appearance).pValue >= OUTSIDE_BELOW).length) /
            adults.length,
        )
        KINDS.forEach(([, change], kind) => {
          const asked = kind === 0 ? queries : queries.slice(0, CHANGED)
          const inside = asked.filter(
            ({ appearance, patient }) => reference.of(change(appearance), patient).pValue >= OUTSIDE_BELOW,
          )
          passed[kind]?.push((100 * inside.length) / asked.length)
        })
      }
      const spread = (rates: readonly number[]): string => {
        const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
        return `${mean.toFixed(1)} (${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)})`
      }
      const words = [
        ...KINDS.map(([name], kind) => `${name} ${spread(passed[kind] as number[])}`),
        `adults elsewhere ${spread(adult)}`,
      ]
      console.log(
        `${String(size).padStart(5)} cases, ${passed[0]?.length} libraries, % passing: ${words.join('; ')}`,
      )
      expect(Math.min(...(passed[0] as number[]))).toBeGreaterThan(90)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
