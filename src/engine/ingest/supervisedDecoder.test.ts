import sharp from 'sharp'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { npy, npz } from '../../../tests/fixtures/npz.js'
import { bundleEntries } from '../../../tests/support/entries.js'
import { ForkedProcesses } from '../processes.js'
import type { Item } from '../ports/decoding.js'
import type { Child, Processes } from '../ports/processes.js'
import { createSupervisedDecoder } from './supervisedDecoder.js'

let entries: string
beforeAll(async () => {
  entries = await bundleEntries({ decoder: 'src/engine/ingest/decoderProcess.ts' })
}, 120_000)

/** Real processes, counted and within reach of a test that ends one. */
class Seen implements Processes {
  readonly children: Child[] = []
  readonly #inner = new ForkedProcesses(entries)
  start(entry: 'decoder' | 'probe'): Child {
    const child = this.#inner.start(entry)
    this.children.push(child)
    return child
  }
}
let close: (() => Promise<void>) | undefined
afterEach(async () => close?.())

const picture = async (side: number): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({
      create: {
        width: side,
        height: side,
        channels: 3,
        background: '#777',
      },
    })
      .png({ compressionLevel: 1 })
      .toBuffer(),
  )
const item = (name: string, bytes: Uint8Array): Item => ({ name, locator: { kind: 'bytes', bytes } })
const code = (error: unknown): unknown => (error as { problem?: { code?: unknown } }).problem?.code

describe('supervised decoder', () => {
  it('decodes many items in order of asking, keeps the original, makes a preview', async () => {
    const decoder = createSupervisedDecoder(new Seen())
    close = () => decoder.close()
    const bytes = await picture(90)
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        decoder.decode(item(`im${i}.png`, bytes), { display: true, preview: 32, original: true }),
      ),
    )
    expect(all.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, i) => `im${i}.png`))
    expect(all[0]?.display?.values).toHaveLength(8100)
    expect([all[0]?.preview?.rows, all[0]?.original?.length]).toEqual([32, bytes.length])
    expect(new Set(all.map(({ pixelSha256 }) => pixelSha256)).size).toBe(1)
  })

  it('gives an NPZ split as one batch and its rows as PNGs', async () => {
    const decoder = createSupervisedDecoder(new Seen())
    close = () => decoder.close()
    const archive = {
      bytes: npz({
        train_images: npy(
          Uint8Array.from({ length: 3 * 784 }, (_, i) => i & 255),
          [3, 28, 28],
        ),
      }),
    }
    const stack = await decoder.decodeNpz(archive, 'train')
    expect([stack.n, stack.rows, stack.columns, stack.values[255]]).toEqual([3, 28, 28, 65_535])
    const row = await decoder.decode(
      { name: 'x', locator: { kind: 'npzRow', archive, split: 'train', row: 1 } },
      { original: true, display: true },
    )
    expect([...(row.display?.values ?? [])]).toEqual([...stack.values.subarray(784, 1568)])
    expect((await sharp(row.original).metadata()).width).toBe(28)
  })

  it('sets aside what takes too long and goes on', async () => {
    const seen = new Seen()
    const decoder = createSupervisedDecoder(seen, { size: 1, milliseconds: 400 })
    close = () => decoder.close()
    const small = await picture(16)
    await decoder.decode(item('warm.png', small), {})
    const slow = decoder.decode(item('study/slow.png', await picture(6000)), { display: true }).catch(code)
    const after = decoder.decode(item('after.png', small), {})
    expect(await slow).toBe('DECODE_TIMEOUT')
    expect((await after).name).toBe('after.png')
    expect(seen.children).toHaveLength(2)
  })

  it('sets aside what takes too much memory', async () => {
    const decoder = createSupervisedDecoder(new Seen(), { size: 1, memoryBytes: 260 * 1024 * 1024 })
    close = () => decoder.close()
    if (process.platform !== 'linux') return
    expect(await decoder.decode(item('big.png', await picture(7000)), { display: true }).catch(code)).toBe(
      'IMAGE_BOMB',
    )
  })

  it('survives a process that dies: the one alone in it is named, the others are tried again', async () => {
    const seen = new Seen()
    const decoder = createSupervisedDecoder(seen, { size: 1 })
    close = () => decoder.close()
    const [small, large] = [await picture(16), await picture(3000)]
    await decoder.decode(item('warm.png', small), {})
    const several = [large, small, small].map((bytes, i) => decoder.decode(item(`im${i}.png`, bytes), {}))
    seen.children[0]?.kill()
    expect((await Promise.all(several)).map(({ name }) => name)).toEqual(['im0.png', 'im1.png', 'im2.png'])
    const alone = decoder.decode(item('alone.png', large), { display: true }).catch(code)
    seen.children.at(-1)?.kill()
    expect(await alone).toBe('DECODE_CRASHED')
  })

  it('cancels what waits and what runs', async () => {
    const decoder = createSupervisedDecoder(new Seen(), { size: 1 })
    close = () => decoder.close()
    const abort = new AbortController()
    const large = await picture(3000)
    const jobs = [0, 1, 2].map((i) =>
      decoder.decode(item(`im${i}.png`, large), { display: true }, abort.signal).catch(code),
    )
    abort.abort()
    expect(await Promise.all(jobs)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED'])
    expect((await decoder.decode(item('next.png', await picture(16)), {})).name).toBe('next.png')
  })
})
