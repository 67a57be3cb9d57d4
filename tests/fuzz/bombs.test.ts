/** Files that promise or unpack to far more than they are: refused by code, quickly and without filling the memory. */
import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FileSourceLister } from '../../src/engine/ingest/sourceLister.js'
import { createSupervisedDecoder } from '../../src/engine/ingest/supervisedDecoder.js'
import type { Decoder } from '../../src/engine/ports/decoding.js'
import type { Child, Processes } from '../../src/engine/ports/processes.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import { problemOf } from '../../src/shared/errors.js'
import { elements, header, pictureFields, writeDicom } from '../conformance/writeDicom.js'
import { zip } from '../fixtures/zip.js'
import { bundleEntries } from '../support/entries.js'
import { imageSeeds } from './seeds.js'

const EXPLICIT = '1.2.840.10008.1.2.1'
const meta = (syntax: string): Uint8Array => writeDicom({ syntax, fields: [] })

function nested(depth: number, undefinedLength: boolean, explicit: boolean): Uint8Array {
  const syntax = explicit ? EXPLICIT : '1.2.840.10008.1.2'
  const parts: Buffer[] = []
  const unit = (explicit ? 12 : 8) + 8
  for (let level = 0; level < depth; level++) {
    const left = unit * (depth - level)
    parts.push(
      header(0x00081140, 'SQ', undefinedLength ? 0xffffffff : left - (explicit ? 12 : 8), true, explicit),
    )
    parts.push(header(0xfffee000, '', undefinedLength ? 0xffffffff : left - unit, true, false))
  }
  return new Uint8Array(Buffer.concat([meta(syntax), ...parts]))
}

function pngOf(width: number, height: number): Uint8Array {
  const out = Buffer.from(
    '89504e470d0a1a0a0000000d494844520000000000000000080000000000000000' +
      '00000000' +
      '49444154' +
      '00000000' +
      '0000000049454e44ae426082',
    'hex',
  )
  out.writeUInt32BE(width, 16)
  out.writeUInt32BE(height, 20)
  return new Uint8Array(out)
}

const rows16 = (rows: number, columns: number, frames?: number) =>
  pictureFields({
    rows,
    columns,
    bitsAllocated: 16,
    bitsStored: 16,
    ...(frames === undefined ? {} : { frames }),
  })

const bombs: { name: string; make: () => Uint8Array; codes: string[] }[] = [
  {
    name: 'deflate.dcm',
    make: () => {
      const head = Buffer.from(meta(`${EXPLICIT}.99`)).subarray(0, -deflateRawSync(Buffer.alloc(0)).length)
      return new Uint8Array(Buffer.concat([head, deflateRawSync(Buffer.alloc(700 * 1024 * 1024))]))
    },
    codes: ['IMAGE_BOMB'],
  },
  {
    name: 'huge.dcm',
    make: () =>
      writeDicom({
        syntax: EXPLICIT,
        fields: [...rows16(65_535, 65_535), { tag: 0x7fe00010, vr: 'OW', value: new Uint8Array(16) }],
      }),
    codes: ['IMAGE_TOO_LARGE', 'IMAGE_TRUNCATED'],
  },
  {
    name: 'gigabyte.dcm',
    make: () =>
      writeDicom({
        syntax: EXPLICIT,
        fields: [...rows16(20_000, 20_000), { tag: 0x7fe00010, vr: 'OW', value: new Uint8Array(16) }],
      }),
    codes: ['IMAGE_TRUNCATED', 'IMAGE_TOO_LARGE'],
  },
  {
    name: 'frames.dcm',
    make: () =>
      writeDicom({
        syntax: EXPLICIT,
        fields: [
          ...rows16(512, 512, 2_000_000_000),
          { tag: 0x7fe00010, vr: 'OW', value: new Uint8Array(16) },
        ],
      }),
    codes: ['IMAGE_TOO_LARGE', 'IMAGE_TRUNCATED'],
  },
  {
    name: 'length.dcm',
    make: () =>
      new Uint8Array(
        Buffer.concat([
          meta(EXPLICIT),
          elements(rows16(64, 64), true, true),
          header(0x7fe00010, 'OW', 0x40000000, true, true),
        ]),
      ),
    codes: ['IMAGE_TRUNCATED', 'DICOM_CORRUPT'],
  },
  { name: 'nested-undefined.dcm', make: () => nested(200_000, true, true), codes: ['DICOM_CORRUPT'] },
  { name: 'nested-defined.dcm', make: () => nested(200_000, false, true), codes: ['DICOM_CORRUPT'] },
  { name: 'nested-implicit.dcm', make: () => nested(200_000, true, false), codes: ['DICOM_CORRUPT'] },
  {
    name: 'huge.png',
    make: () => pngOf(65_535, 65_535),
    codes: ['IMAGE_TOO_LARGE', 'IMAGE_CORRUPT', 'IMAGE_TRUNCATED'],
  },
  {
    name: 'wide.png',
    make: () => pngOf(0x7fffffff, 1),
    codes: ['IMAGE_TOO_LARGE', 'IMAGE_CORRUPT', 'IMAGE_TRUNCATED'],
  },
  {
    name: 'bomb.zip',
    make: () => zip([{ name: 'a.png', bytes: Buffer.alloc(300 * 1024 * 1024) }]),
    codes: ['IMAGE_BOMB'],
  },
]

class Watched implements Processes {
  readonly pids: number[] = []
  constructor(readonly inner: ForkedProcesses) {}
  start(entry: 'decoder' | 'probe'): Child {
    const child = this.inner.start(entry)
    if (child.pid !== undefined) this.pids.push(child.pid)
    return child
  }
}

describe('bombs', () => {
  let processes: ForkedProcesses
  let watched: Watched
  let decoder: Decoder
  beforeAll(async () => {
    processes = new ForkedProcesses(await bundleEntries({ decoder: 'src/engine/ingest/decoderProcess.ts' }))
    watched = new Watched(processes)
    decoder = createSupervisedDecoder(watched, { size: 1 })
    const [seed] = await imageSeeds()
    await decoder.decode(
      { name: 'warm.dcm', locator: { kind: 'bytes', bytes: seed?.bytes as Uint8Array } },
      {},
    )
  }, 120_000)
  afterAll(async () => {
    await decoder.close()
    processes.close()
  })

  for (const bomb of bombs)
    it(`refuses ${bomb.name}`, async () => {
      const bytes = new Uint8Array(bomb.make())
      const codes: string[] = []
      const begun = performance.now()
      for await (const listed of new FileSourceLister().list(
        [{ kind: 'bytes', name: bomb.name, bytes }],
        {},
      )) {
        if ('failure' in listed) codes.push(listed.failure.problem.code)
        else
          codes.push(
            await decoder.decode(listed.item, { display: true }).then(
              () => 'opened',
              (error: unknown) => problemOf(error).code,
            ),
          )
      }
      const milliseconds = performance.now() - begun
      const peak = peakMegabytes(watched.pids.at(-1))
      console.info(
        `${bomb.name} (${bytes.length} bytes): ${codes.join(', ')} after ${milliseconds.toFixed(0)} ms, peak ${peak} MB`,
      )
      expect(codes).toHaveLength(1)
      expect(bomb.codes).toContain(codes[0])
      // The process was never replaced, so its peak is that of all bombs so far.
      expect(watched.pids).toHaveLength(1)
      if (peak !== undefined) expect(peak).toBeLessThan(500)
    }, 120_000)
})

/** Highest resident size so far of a process; Linux only. */
function peakMegabytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
  return line ? Math.round(Number(line[1]) / 1024) : undefined
}
