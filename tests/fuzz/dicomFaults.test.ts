/**
 * One seed for each class of faults that DICOM parsers are known for (published advisories of DCMTK, GDCM, pydicom, dcm4che
 * and others): each ends in an image or a code, within seconds, in a process that lives. A sound file of the same kind opens
 * between them, so that no refusal is bought by refusing everything.
 */
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSupervisedDecoder } from '../../src/engine/ingest/supervisedDecoder.js'
import type { Decoder } from '../../src/engine/ports/decoding.js'
import type { Child, Processes } from '../../src/engine/ports/processes.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import { errorCodes, problemOf } from '../../src/shared/errors.js'
import {
  elements,
  encodeRle,
  header,
  pictureFields,
  writeDicom,
  type Field,
} from '../conformance/writeDicom.js'
import { bundleEntries } from '../support/entries.js'
import { imageSeeds } from './seeds.js'

const EXPLICIT = '1.2.840.10008.1.2.1'
const JPEG = '1.2.840.10008.1.2.4.50'
const RLE = '1.2.840.10008.1.2.5'
const shape = { rows: 8, columns: 8, bitsAllocated: 16, bitsStored: 12 }
const samples = new Uint8Array(128).fill(3)
const pixels = (value: Uint8Array = samples, vr = 'OW'): Field => ({ tag: 0x7fe00010, vr, value })
const us = (tag: number, ...value: number[]): Field => ({ tag, vr: 'US', value })
const native = (picture: object, extra: Field[] = [], data = samples): Uint8Array =>
  writeDicom({
    syntax: EXPLICIT,
    fields: [...pictureFields({ ...shape, ...picture }, extra), pixels(data)].sort((a, b) => a.tag - b.tag),
  })
/** A sound file whose element is exchanged for other bytes. */
const withRaw = (raw: Uint8Array): Uint8Array =>
  new Uint8Array(
    Buffer.concat([
      writeDicom({ syntax: EXPLICIT, fields: [] }),
      elements(pictureFields(shape), true, true),
      raw,
      elements([pixels()], true, true),
    ]),
  )
const overlay = (...fields: Field[]): Field[] => [us(0x60000010, 8), us(0x60000011, 8), ...fields]
const palette = (entries: number, first: number, bits: number, bytes: number): Field[] => [
  ...[0x00281101, 0x00281102, 0x00281103].map((tag) => us(tag, entries, first, bits)),
  ...[0x00281201, 0x00281202, 0x00281203].map((tag): Field => ({
    tag,
    vr: 'OW',
    value: new Uint8Array(bytes),
  })),
]
const lut = (sequence: number, descriptor: number[], bytes: number): Field => ({
  tag: sequence,
  vr: 'SQ',
  value: [[us(0x00283002, ...descriptor), { tag: 0x00283006, vr: 'OW', value: new Uint8Array(bytes) }]],
})
const fragmented = (syntax: string, frames: Uint8Array[], extra: object = {}, fragments = 1): Uint8Array =>
  writeDicom({
    syntax,
    fields: pictureFields({ ...shape, bitsAllocated: 8, bitsStored: 8, ...extra }),
    frames,
    fragments,
  })
const jpegHead = (rows: number, columns: number): Uint8Array =>
  Uint8Array.from([
    0xff,
    0xd8,
    0xff,
    0xc0,
    0,
    11,
    8,
    rows >> 8,
    rows & 255,
    columns >> 8,
    columns & 255,
    1,
    1,
    0x11,
    0,
    0xff,
    0xd9,
  ])

const FAULTS: Readonly<Record<string, Readonly<Record<string, () => Uint8Array>>>> = {
  nesting: {
    'an item without a sequence': () => withRaw(header(0xfffee000, '', 8, true, false)),
    'a delimiter of nothing': () => withRaw(header(0xfffee0dd, '', 0, true, false)),
    'a sequence that never ends': () => withRaw(header(0x00081140, 'SQ', 0xffffffff, true, true)),
    'an item longer than its sequence': () =>
      withRaw(
        Buffer.concat([header(0x00081140, 'SQ', 8, true, true), header(0xfffee000, '', 0xffff, true, false)]),
      ),
    'an unknown VR that is a sequence': () => withRaw(header(0x00091001, 'UN', 0xffffffff, true, true)),
  },
  lengths: {
    'a length beyond the file': () => withRaw(header(0x00081030, 'LO', 0xfffe, true, true)),
    'an odd length': () =>
      withRaw(Buffer.concat([header(0x00081030, 'LO', 3, true, true), Buffer.from('abc')])),
    'a length of four gigabytes': () => withRaw(header(0x00091001, 'OB', 0xfffffffe, true, true)),
    'an undefined length where none may be': () => withRaw(header(0x00081030, 'LO', 0xffff, true, true)),
    'a VR of no letters': () => withRaw(Uint8Array.from([8, 0, 0x30, 0x10, 0, 0, 4, 0, 1, 2, 3, 4])),
    'a file that is only a preamble': () =>
      new Uint8Array(132).fill(0).map((_, at) => [68, 73, 67, 77][at - 128] ?? 0),
  },
  size: {
    'no rows': () => native({ rows: 0 }),
    'no columns': () => native({ columns: 0 }),
    'more rows than pixels': () => native({ rows: 65_535 }),
    'negative frames': () => native({}, [{ tag: 0x00280008, vr: 'IS', value: '-1' }]),
    'frames that are no number': () => native({}, [{ tag: 0x00280008, vr: 'IS', value: '1e9' }]),
    'a billion frames': () => native({}, [{ tag: 0x00280008, vr: 'IS', value: '1000000000' }]),
    'no samples in a pixel': () => native({ samplesPerPixel: 0 }),
    'many samples in a pixel': () => native({ samplesPerPixel: 65_535 }),
    'no pixel data': () => native({}, [], new Uint8Array(0)),
  },
  bits: {
    'no bits': () => native({ bitsAllocated: 0, bitsStored: 0 }),
    'more stored than allocated': () => native({ bitsAllocated: 8, bitsStored: 16 }),
    'sixty-four bits': () => native({ bitsAllocated: 64, bitsStored: 64 }),
    'thirteen bits allocated': () => native({ bitsAllocated: 13, bitsStored: 12 }),
    'a high bit outside': () => native({}, [us(0x00280102, 40)]),
    'a sign that is neither': () => native({}, [us(0x00280103, 7)]),
  },
  palette: {
    'no table': () => native({ photometric: 'PALETTE COLOR' }),
    'an empty table': () => native({ photometric: 'PALETTE COLOR' }, palette(16, 0, 16, 0)),
    'a table shorter than it says': () => native({ photometric: 'PALETTE COLOR' }, palette(0, 0, 16, 8)),
    'a table that begins behind all': () =>
      native({ photometric: 'PALETTE COLOR' }, palette(2, 65_535, 16, 4)),
    'entries of no bits': () => native({ photometric: 'PALETTE COLOR' }, palette(4, 0, 0, 8)),
  },
  LUT: {
    'a VOI LUT shorter than it says': () => native({}, [lut(0x00283010, [4096, 0, 16], 4)]),
    'a VOI LUT of no entries': () => native({}, [lut(0x00283010, [0, 0, 16], 0)]),
    'a modality LUT of no bits': () => native({}, [lut(0x00283000, [16, 0, 0], 32)]),
    'a LUT descriptor of one value': () => native({}, [lut(0x00283010, [4], 8)]),
    'a window of no width': () =>
      native({}, [
        { tag: 0x00281050, vr: 'DS', value: '100' },
        { tag: 0x00281051, vr: 'DS', value: '0' },
      ]),
    'a window of no number': () =>
      native({}, [
        { tag: 0x00281050, vr: 'DS', value: 'NaN' },
        { tag: 0x00281051, vr: 'DS', value: '1e999' },
      ]),
    'a slope of no number': () => native({}, [{ tag: 0x00281053, vr: 'DS', value: 'Infinity' }]),
  },
  overlays: {
    'an overlay without data': () => native({}, overlay(us(0x60000100, 1), us(0x60000102, 0))),
    'an overlay larger than its data': () =>
      native({}, [
        us(0x60000010, 65_535),
        us(0x60000011, 65_535),
        { tag: 0x60003000, vr: 'OW', value: new Uint8Array(2) },
      ]),
    'an overlay in a bit that is not there': () =>
      native({}, overlay(us(0x60000100, 16), us(0x60000102, 99))),
  },
  fragments: {
    'no fragment': () => fragmented(JPEG, []),
    'an empty fragment': () => fragmented(JPEG, [new Uint8Array(0)]),
    'more frames than fragments': () => fragmented(JPEG, [jpegHead(8, 8)], { frames: 9 }),
    'a stream larger than its header': () => fragmented(JPEG, [jpegHead(65_500, 65_500)]),
    'a stream of nothing but its head': () => fragmented(JPEG, [jpegHead(8, 8)]),
    'RLE of no segments': () => fragmented(RLE, [new Uint8Array(64)]),
    'RLE segments behind the end': () => {
      const bytes = new Uint8Array(80)
      new DataView(bytes.buffer).setUint32(0, 1, true)
      new DataView(bytes.buffer).setUint32(4, 0xffffff00, true)
      return fragmented(RLE, [bytes])
    },
    'RLE runs beyond the picture': () => {
      const bytes = new Uint8Array(encodeRle(new Uint16Array(64), 1)).fill(0x81, 64)
      return fragmented(RLE, [bytes], { bitsAllocated: 16, bitsStored: 12 })
    },
    'an offset table that points nowhere': () => {
      const bytes = Buffer.from(fragmented(JPEG, [jpegHead(8, 8), jpegHead(8, 8)], { frames: 2 }))
      const at = bytes.indexOf(Buffer.from([0xfe, 0xff, 0x00, 0xe0]))
      if (at > 0 && bytes.readUInt32LE(at + 4) >= 4) bytes.writeUInt32LE(0xfffffff0, at + 8)
      return new Uint8Array(bytes)
    },
  },
  deflate: {
    'a stream cut off': () => deflated(deflateRawSync(sound()).subarray(0, 20)),
    'a stream of nothing': () => deflated(new Uint8Array(0)),
    'a stream that is none': () => deflated(new Uint8Array(64).fill(0xff)),
    'a zlib header before it': () =>
      deflated(Buffer.concat([Buffer.from([0x78, 0x9c]), deflateRawSync(sound())])),
  },
  text: {
    'an unknown character set': () => native({}, [{ tag: 0x00080005, vr: 'CS', value: 'ISO_IR 99999' }]),
    'an escape that never ends': () =>
      native({}, [
        { tag: 0x00080005, vr: 'CS', value: 'ISO 2022 IR 87' },
        { tag: 0x00100010, vr: 'PN', value: '\x1b$B\x1b\x1b\x1b$' },
      ]),
    'a UID with a path in it': () => native({}, [{ tag: 0x0020000d, vr: 'UI', value: '../../1.2.3' }]),
    'a photometric interpretation of rubbish': () => native({ photometric: '\0\0\0' }),
  },
}
const sound = (): Buffer => elements([...pictureFields(shape), pixels()], true, true)
function deflated(stream: Uint8Array): Uint8Array {
  const empty = deflateRawSync(Buffer.alloc(0)).length
  const head = Buffer.from(writeDicom({ syntax: `${EXPLICIT}.99`, fields: [] }))
  return new Uint8Array(Buffer.concat([head.subarray(0, head.length - empty), stream]))
}

describe('known faults of DICOM parsers', () => {
  let processes: ForkedProcesses
  let decoder: Decoder
  let started = 0
  beforeAll(async () => {
    processes = new ForkedProcesses(await bundleEntries({ decoder: 'src/engine/ingest/decoderProcess.ts' }))
    const counted: Processes = {
      start(entry): Child {
        started++
        return processes.start(entry)
      },
    }
    decoder = createSupervisedDecoder(counted, { size: 1, milliseconds: 10_000 })
  })
  afterAll(async () => {
    await decoder.close()
    processes.close()
  })
  const outcome = (name: string, bytes: Uint8Array): Promise<string> =>
    decoder.decode({ name, locator: { kind: 'bytes', bytes } }, { display: true, preview: 32 }).then(
      ({ display }) =>
        display?.values.length === (display?.rows ?? 0) * (display?.columns ?? 0) ? 'opened' : 'SIZE',
      (error: unknown) => problemOf(error).code,
    )

  for (const [kind, faults] of Object.entries(FAULTS))
    it(`${kind}: ${Object.keys(faults).length} seeds end in an image or a code, and sound files open`, async () => {
      for (const [name, make] of Object.entries(faults)) {
        const found = await outcome(`${name}.dcm`, make())
        expect(['opened', ...errorCodes], `${name}: ${found}`).toContain(found)
        expect(['INTERNAL', 'DECODE_TIMEOUT', 'DECODE_CRASHED'], name).not.toContain(found)
      }
      for (const seed of (await imageSeeds()).filter((each) => each.name.endsWith('.dcm')))
        expect([seed.name, await outcome(seed.name, seed.bytes)]).toEqual([seed.name, 'opened'])
      expect(started).toBe(1)
    })
})
