/** Drawn radiographs of 12 bits in every transfer syntax that this project's fixtures, the codecs' own encoders and DCMTK write. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawPhantom } from '../../src/engine/demo/phantom.js'
import { encodeWith } from '../../tests/conformance/encodeWith.js'
import { encodeRle, pictureFields, writeDicom, type Field } from '../../tests/conformance/writeDicom.js'

const SYNTAX = '1.2.840.10008.1.2'
/** By DCMTK, from the explicit file: its tool and option. */
const BY_DCMTK = {
  'jpeg-baseline': ['dcmcjpeg', '+eb'],
  'jpeg-extended': ['dcmcjpeg', '+ee'],
  'jpeg-spectral': ['dcmcjpeg', '+es'],
  'jpeg-progressive': ['dcmcjpeg', '+ep'],
  'jpeg-lossless': ['dcmcjpeg', '+e1'],
  'jpeg-lossless-14': ['dcmcjpeg', '+el'],
  'jpegls-near': ['dcmcjpls', '+en'],
} as const

/** Names of the files that `writeSyntaxFiles` makes, without their ending. */
export const SYNTAXES: readonly string[] = [
  'implicit',
  'explicit',
  'big-endian',
  'deflated',
  'rle',
  'jpegls',
  'jpeg2000',
  'htj2k',
  ...Object.keys(BY_DCMTK),
]

/**
 * @param place path of the file of a syntax, ending included
 * @param seed of the drawing; every seed is another picture
 */
export async function writeSyntaxFiles(
  place: (syntax: string) => string,
  side: number,
  seed: number,
): Promise<void> {
  const { values } = drawPhantom(seed, { rows: side, columns: side })
  const samples = Uint16Array.from(values, (value) => value >>> 4)
  const picture = { rows: side, columns: side, bitsAllocated: 16, bitsStored: 12 }
  const fields = pictureFields(picture, [
    { tag: 0x00080018, vr: 'UI', value: `2.25.${seed}` },
    { tag: 0x00281050, vr: 'DS', value: '2048' },
    { tag: 0x00281051, vr: 'DS', value: '4096' },
  ])
  const pixels: Field = { tag: 0x7fe00010, vr: 'OW', value: new Uint8Array(samples.buffer) }
  const swapped = new Uint8Array(Buffer.from(samples.buffer.slice(0)).swap16())
  const plain = (name: string, syntax: string, data = pixels): void =>
    writeFileSync(place(name), writeDicom({ syntax, fields: [...fields, data] }))
  const coded = (name: string, syntax: string, frame: Uint8Array): void =>
    writeFileSync(place(name), writeDicom({ syntax, fields, frames: [frame] }))
  plain('implicit', SYNTAX)
  plain('explicit', `${SYNTAX}.1`)
  plain('big-endian', `${SYNTAX}.2`, { ...pixels, value: swapped })
  plain('deflated', `${SYNTAX}.1.99`)
  coded('rle', `${SYNTAX}.5`, encodeRle(samples, 1))
  const size = { columns: side, rows: side, bits: 12, signed: false }
  const encoders = [
    ['jpeg2000', '4.90', '@cornerstonejs/codec-openjpeg/wasmjs', 'J2KEncoder'],
    ['htj2k', '4.201', '@cornerstonejs/codec-openjph/wasmjs', 'HTJ2KEncoder'],
    ['jpegls', '4.80', '@cornerstonejs/codec-charls/wasmjs', 'JpegLSEncoder'],
  ] as const
  for (const [name, syntax, module, encoder] of encoders)
    coded(name, `${SYNTAX}.${syntax}`, await encodeWith(await import(module), encoder, samples, size))
  for (const [name, [tool, option]] of Object.entries(BY_DCMTK))
    execFileSync(tool, [option, place('explicit'), place(name)])
}

/** Folders, one a syntax, with a file of each seed. */
export async function writeSyntaxFolders(
  folder: string,
  side: number,
  seeds: readonly number[],
): Promise<void> {
  for (const seed of seeds)
    await writeSyntaxFiles((syntax) => join(folder, syntax, `${seed}.dcm`), side, seed)
}
