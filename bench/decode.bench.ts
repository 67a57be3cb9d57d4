/** One radiograph in each transfer syntax: header, pixels and window, beside pydicom with its codecs. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { toDisplay } from '../src/engine/imaging/display.js'
import { openDicom } from '../src/engine/ingest/dicom/image.js'
import { writeSyntaxFiles } from './support/syntaxFiles.js'

const root = resolve(__dirname, '..')
const python = process.env['HILUM_BENCH_PYTHON'] ?? 'python3'
const SIDE = Number(process.env['HILUM_BENCH_SIDE'] ?? 2048)
const RUNS = 5
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

/** Milliseconds from bytes on the disk to display values. */
async function ours(file: string): Promise<number> {
  const runs: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now()
    const image = openDicom(file, new Uint8Array(readFileSync(file)))
    toDisplay(image, await image.frame(0))
    if (run > 0) runs.push(performance.now() - start)
  }
  return median(runs)
}

it(`decodes a radiograph of ${SIDE} x ${SIDE} in each transfer syntax beside pydicom`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  try {
    await writeSyntaxFiles((syntax) => join(folder, `${syntax}.dcm`), SIDE, 3)
    const theirs = JSON.parse(
      execFileSync(python, [
        join(root, 'bench/peers/peer.py'),
        'decode',
        folder,
        '--runs',
        String(RUNS),
      ]).toString(),
    ) as Record<string, { milliseconds: number; rows: number; columns: number }>
    console.log('| syntax | Hilum, ms | pydicom, ms | pydicom / Hilum |\n|---|---|---|---|')
    for (const name of readdirSync(folder).map((file) => file.replace('.dcm', ''))) {
      const peer = theirs[name]
      const mine = await ours(join(folder, `${name}.dcm`))
      if (peer === undefined) {
        console.log(`| ${name} | ${mine.toFixed(0)} | cannot | |`)
        continue
      }
      expect(peer).toMatchObject({ rows: SIDE, columns: SIDE })
      const other = peer.milliseconds
      console.log(`| ${name} | ${mine.toFixed(0)} | ${other.toFixed(0)} | ${(other / mine).toFixed(2)} |`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
