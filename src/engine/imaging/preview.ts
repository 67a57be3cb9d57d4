/** Small 8-bit pictures for grids and cards. */
import sharp from 'sharp'
import type { Decoded, DisplayImage } from '../ports/decoding.js'

/** 16-bit display values as 8 bits, rounded: 257 k becomes k. */
export function toBytes(display: DisplayImage): Uint8Array {
  const { values } = display
  const out = new Uint8Array(values.length)
  for (let i = 0; i < out.length; i++) out[i] = ((values[i] as number) * 255 + 32_895) >>> 16
  return out
}

/**
 * A JPEG no larger than `maxSide` on its longer side, never enlarged.
 * @param rgb interleaved 8-bit colour of the same size, for colour images
 */
export async function makePreview(
  display: DisplayImage,
  maxSide: number,
  rgb?: Uint8Array,
): Promise<NonNullable<Decoded['preview']>> {
  const { data, info } = await sharp(rgb ?? toBytes(display), {
    raw: { width: display.columns, height: display.rows, channels: rgb ? 3 : 1 },
    limitInputPixels: false,
  })
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 88, chromaSubsampling: '4:4:4' })
    .toBuffer({ resolveWithObject: true })
  return { mime: 'image/jpeg', bytes: new Uint8Array(data), rows: info.height, columns: info.width }
}

/** A lossless PNG of the display values, 8-bit: what `decode --png` writes. */
export async function makePng(display: DisplayImage, rgb?: Uint8Array): Promise<Uint8Array> {
  const data = await sharp(rgb ?? toBytes(display), {
    raw: { width: display.columns, height: display.rows, channels: rgb ? 3 : 1 },
    limitInputPixels: false,
  })
    .toColourspace(rgb ? 'srgb' : 'b-w')
    .png({ compressionLevel: 6 })
    .toBuffer()
  return new Uint8Array(data)
}
