/** One radiograph in each transfer syntax: header, pixels and window, beside pydicom with its codecs. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { drawPhantom } from '../src/engine/demo/phantom.js'
import { toDisplay } from '../src/engine/imaging/display.js'
import { openDicom } from '../src/engine/ingest/dicom/image.js'
import { encodeWith } from '../tests/conformance/encodeWith.js'
import { encodeRle, pictureFields, writeDicom } from '../tests/conformance/writeDicom.js'

const root = resolve(__dirname, '..')
const python = process.env['HILUM_BENCH_PYTHON'] ?? 'python3'
const SIDE = Number(process.env['HILUM_BENCH_SIDE'] ?? 2048)
const RUNS = 5
const SYNTAX = '1.2.840.10008.1.2'

async function writeFiles(folder: string): Promise<void> {
  const { values } = drawPhantom(3, { rows: SIDE, columns: SIDE })
  const samples = Uint16Array.from(values, (value) => value >>> 4)
  const picture = { rows: SIDE, columns: SIDE, bitsAllocated: 16, bitsStored: 12 }
  const fields = pictureFields(picture, [
    { tag: 0x00281050, vr: 'DS', value: '2048' },
    { tag: 0x00281051, vr: 'DS', value: '4096' },
  ])
  const pixels = { tag: 0x7fe00010, vr: 'OW', value: new Uint8Array(samples.buffer) }
  const save = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, `${name}.dcm`), bytes)
  const plain = (name: string, syntax: string): void =>
    save(name, writeDicom({ syntax, fields: [...fields, pixels] }))
  const coded = (name: string, syntax: string, frame: Uint8Array): void =>
    save(name, writeDicom({ syntax, fields, frames: [frame] }))
  plain('implicit', SYNTAX)
  plain('explicit', `${SYNTAX}.1`)
  plain('deflated', `${SYNTAX}.1.99`)
  coded('rle', `${SYNTAX}.5`, encodeRle(samples, 1))
  const size = { columns: SIDE, rows: SIDE, bits: 12, signed: false }
  coded(
    'jpeg2000',
    `${SYNTAX}.4.90`,
    await encodeWith(await import('@cornerstonejs/codec-openjpeg/wasmjs'), 'J2KEncoder', samples, size),
  )
  coded(
    'htj2k',
    `${SYNTAX}.4.201`,
    await encodeWith(await import('@cornerstonejs/codec-openjph/wasmjs'), 'HTJ2KEncoder', samples, size),
  )
  coded(
    'jpegls',
    `${SYNTAX}.4.80`,
    await encodeWith(await import('@cornerstonejs/codec-charls/wasmjs'), 'JpegLSEncoder', samples, size),
  )
  for (const [name, option] of [
    ['jpeg-lossless', '+e1'],
    ['jpeg-baseline', '+eb'],
    ['jpeg-extended', '+ee'],
  ] as const)
    execFileSync('dcmcjpeg', [option, join(folder, 'explicit.dcm'), join(folder, `${name}.dcm`)])
}

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
    await writeFiles(folder)
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
      expect(peer).toMatchObject({ rows: SIDE, columns: SIDE })
      const mine = await ours(join(folder, `${name}.dcm`))
      const other = peer?.milliseconds ?? NaN
      console.log(`| ${name} | ${mine.toFixed(0)} | ${other.toFixed(0)} | ${(other / mine).toFixed(2)} |`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
