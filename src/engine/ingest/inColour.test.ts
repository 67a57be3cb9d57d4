/** What is in colour: drawn pictures, and (where the data is there) every radiograph stored as a picture. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { jpeg, phantom } from '../../../tests/fixtures/pictures.js'
import { eightBit } from '../demo/pictureFile.js'
import { inColour } from './inColour.js'
import { openImage } from './openImage.js'
import type { Decoded } from '../ports/decoding.js'
import { Sources } from './bytesOf.js'
import { work } from './work.js'

type Rgb = readonly [number, number, number]
const drawn = phantom(4)
const { rows, columns } = drawn
const grey = eightBit(drawn)

/** The phantom with each pixel's colour given by its value and place. */
async function painted(
  colour: (value: number, x: number, y: number) => Rgb,
  format: 'png' | 'jpeg' = 'jpeg',
): Promise<Uint8Array> {
  const rgb = Uint8Array.from({ length: grey.length * 3 }, (_, i) => {
    const at = Math.floor(i / 3)
    return colour(grey[at] as number, at % columns, Math.floor(at / columns))[(i % 3) as 0 | 1 | 2]
  })
  const picture = sharp(rgb, { raw: { width: columns, height: rows, channels: 3 } })
  return new Uint8Array(await picture.toFormat(format).toBuffer())
}

/** A meadow under a sky with a red house. */
const photograph = (value: number, x: number, y: number): Rgb => {
  const shade = 0.6 + value / 640
  const [r, g, b]: Rgb =
    y < rows / 2 ? [110, 160, 230] : x > 30 && x < 60 && y < rows * 0.75 ? [180, 50, 40] : [70, 140, 50]
  return [r * shade, g * shade, b * shade]
}
const asGrey = (value: number): Rgb => [value, value, value]
const tinted = (value: number): Rgb => [value * 0.72, value * 0.9, value]
/** A thick arrow and a filled label, a sixth of the picture. */
const marked = (value: number, x: number, y: number): Rgb =>
  y < rows / 8 || (Math.abs(x - y) < 3 && y < rows / 2) ? [250, 210, 20] : asGrey(value)

async function isInColour(bytes: Uint8Array): Promise<boolean> {
  const image = await openImage('a.jpg', bytes)
  return inColour(image, await image.frame(0))
}

describe('a picture', () => {
  it('is in colour as a photograph, not for being stored so, for its tint or its marks', async () => {
    expect(await isInColour(await painted(photograph))).toBe(true)
    expect(await isInColour(await painted(photograph, 'png'))).toBe(true)
    for (const colour of [asGrey, tinted, marked]) expect(await isInColour(await painted(colour))).toBe(false)
    expect(await isInColour(await jpeg(4))).toBe(false)
    // On black, as a film of skin or an endoscope's picture lies: the black is not counted.
    const round = (value: number, x: number, y: number): Rgb =>
      Math.hypot(x - columns / 2, y - rows / 2) < rows / 3 ? photograph(value, x, y) : [0, 0, 0]
    expect(await isInColour(await painted(round))).toBe(true)
    expect(await isInColour(await painted(() => [0, 0, 0]))).toBe(false)
  })

  it('in colour is kept aside with a sentence that says why; a tinted radiograph stays what it is', async () => {
    const decoded = async (colour: typeof photograph) => {
      const bytes = await painted(colour)
      const place = { kind: 'bytes', bytes } as const
      return (await work(new Sources(), { op: 'decode', name: 'a.jpg', place, want: {} })) as Decoded
    }
    const seen = await decoded(photograph)
    expect(seen.view).toBe('other')
    expect(seen.cautions.join(' ')).toMatch(/picture in colour, as photographs are/)
    for (const colour of [asGrey, tinted, marked])
      expect(await decoded(colour)).toMatchObject({ view: 'frontal', cautions: [] })
  })
})

const data = process.env['HILUM_TEST_DATA']
const folders = ['notes_cases/images', 'kermany_fullres'].map((name) => join(data ?? '', name))
describe.skipIf(data === undefined || !folders.every((folder) => existsSync(folder)))('radiographs', () => {
  it('of many sources and colour modes are none of them in colour', async () => {
    let stored = 0
    for (const folder of folders)
      for (const name of await readdir(folder)) {
        if (!/\.(png|jpe?g)$/i.test(name)) continue
        const image = await openImage(name, new Uint8Array(await readFile(join(folder, name))))
        if (image.samplesPerPixel === 3) stored++
        expect([name, inColour(image, await image.frame(0))]).toEqual([name, false])
      }
    expect(stored).toBeGreaterThan(40)
  })
})
