import { describe, expect, it } from 'vitest'
import { openBmp } from './bmp.js'
import sharp from 'sharp'
import { toDisplay } from '../imaging/display.js'
import { problemOf } from '@shared/errors.js'
import { openImage } from './openImage.js'

const ROWS = 20
const COLUMNS = 30
const rgb = Uint8Array.from({ length: ROWS * COLUMNS * 3 }, (_, i) => (i * 7) & 255)
const grey = Uint8Array.from({ length: ROWS * COLUMNS }, (_, i) => (i * 5) & 255)
const raw = (channels: 1 | 2 | 3 | 4) => ({ raw: { width: COLUMNS, height: ROWS, channels } })
const open = async (name: string, bytes: Uint8Array) => {
  const image = await openImage(name, new Uint8Array(bytes))
  return { image, samples: await image.frame(0) }
}

/** Windows bitmap of 2 x 2 pixels of 24 bits; a negative height says that the rows stand top down. */
function bitmap(height: number, lines: readonly number[][]): Uint8Array {
  const out = Buffer.alloc(54 + lines.length * 8)
  out.write('BM')
  out.writeUInt32LE(out.length, 2)
  out.writeUInt32LE(54, 10)
  out.writeUInt32LE(40, 14)
  out.writeInt32LE(2, 18)
  out.writeInt32LE(height, 22)
  out.writeUInt16LE(1, 26)
  out.writeUInt16LE(24, 28)
  out.writeUInt32LE(lines.length * 8, 34)
  lines.forEach((line, y) =>
    line.forEach((value, x) => out.fill(value, 54 + y * 8 + x * 3, 57 + y * 8 + x * 3)),
  )
  return new Uint8Array(out)
}

describe('raster images', () => {
  it('reads a bitmap whose rows stand top down', async () => {
    const red = async (bytes: Uint8Array) =>
      [...((await openBmp('a.bmp', bytes).frame(0)) as Uint8Array)].filter((_, at) => at % 3 === 0)
    const upright = await red(
      bitmap(2, [
        [30, 40],
        [10, 20],
      ]),
    )
    expect(upright).toEqual([10, 20, 30, 40])
    expect(
      await red(
        bitmap(-2, [
          [10, 20],
          [30, 40],
        ]),
      ),
    ).toEqual(upright)
  })

  it('keep 8 and 16 bits of grey as they are', async () => {
    const eight = await sharp(grey, raw(1)).toColourspace('b-w').png({ progressive: true }).toBuffer()
    expect([...(await open('a.png', eight)).samples]).toEqual([...grey])
    const deep = Uint16Array.from(grey, (value) => value * 256 + 3)
    const sixteen = await sharp(deep, raw(1)).toColourspace('grey16').png().toBuffer()
    const { image, samples } = await open('b.png', sixteen)
    expect([image.bitsStored, image.samplesPerPixel]).toEqual([16, 1])
    expect([...samples]).toEqual([...deep])
    expect([...toDisplay(image, samples).values]).toEqual([...deep])
  })

  it('keep the values of a picture that carries a colour profile', async () => {
    const profiled = await sharp(rgb, raw(3))
      .withIccProfile('p3')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const stored = await sharp(profiled, { ignoreIcc: true }).raw().toBuffer()
    const converted = await sharp(profiled).toColourspace('srgb').raw().toBuffer()
    expect(converted.equals(stored)).toBe(false)
    expect([...(await open('p.jpg', profiled)).samples]).toEqual([...stored])
  })

  it('open palette, alpha on black, CMYK and TIFF', async () => {
    const palette = await sharp(rgb, raw(3)).png({ palette: true, colours: 8 }).toBuffer()
    expect((await open('p.png', palette)).image.samplesPerPixel).toBe(3)
    const alpha = Uint8Array.from({ length: ROWS * COLUMNS * 4 }, (_, i) => (i % 4 === 3 ? 0 : 200))
    const clear = await sharp(alpha, raw(4)).png().toBuffer()
    expect(Math.max(...(await open('c.png', clear)).samples)).toBe(0)
    const cmyk = await sharp(rgb, raw(3)).toColourspace('cmyk').jpeg().toBuffer()
    expect((await open('c.jpg', cmyk)).samples).toHaveLength(rgb.length)
    const tiff = await sharp(grey, raw(1)).toColourspace('b-w').tiff({ compression: 'lzw' }).toBuffer()
    expect([...(await open('t.tif', tiff)).samples]).toEqual([...grey])
  })

  it('apply EXIF rotation to rows and columns', async () => {
    const turned = await sharp(grey, raw(1))
      .toColourspace('b-w')
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const { image, samples } = await open('r.jpg', turned)
    expect([image.rows, image.columns, samples.length]).toEqual([
      COLUMNS,
      ROWS,
      ROWS * COLUMNS * image.samplesPerPixel,
    ])
  })

  it('say SYNTHETIC where the file does', async () => {
    const marked = await sharp(grey, raw(1))
      .withExif({ IFD0: { ImageDescription: 'SYNTHETIC phantom' } })
      .jpeg()
      .toBuffer()
    expect((await open('s.jpg', marked)).image.synthetic).toBe(true)
    expect((await open('g.jpg', await sharp(grey, raw(1)).jpeg().toBuffer())).image.synthetic).toBe(false)
  })

  it('refuse what ends early and what is not what its name says', async () => {
    const png = await sharp(grey, raw(1)).png().toBuffer()
    const jpeg = await sharp(rgb, raw(3)).jpeg().toBuffer()
    const refused = (name: string, bytes: Uint8Array) =>
      open(name, bytes).then(
        () => ['opened'],
        (error: unknown) => [problemOf(error).code, problemOf(error).message],
      )
    expect(['IMAGE_TRUNCATED', 'IMAGE_CORRUPT']).toContain((await refused('a.png', png.subarray(0, 90)))[0])
    expect(['IMAGE_TRUNCATED', 'IMAGE_CORRUPT']).toContain(
      (await refused('a.jpg', jpeg.subarray(0, jpeg.length - 60)))[0],
    )
    expect(await refused('notes.png', Buffer.from('Fever for three days.'))).toEqual([
      'FORMAT_MISMATCH',
      'notes.png is a text file, so it was left out.',
    ])
    expect((await refused('x.png', new Uint8Array()))[0]).toBe('FILE_EMPTY')
  })
})
