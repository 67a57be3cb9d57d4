/** A phantom as PNG, JPEG or TIFF, with the word SYNTHETIC in the file's own description. */
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { SYNTHETIC_COMMENT } from './phantomDicom.js'
import type { Phantom } from './phantom.js'

export type PictureFormat = 'png8' | 'png16' | 'jpeg' | 'tiff'

export async function pictureFile(phantom: Phantom, format: PictureFormat): Promise<Uint8Array> {
  const { rows, columns } = phantom
  const exif = { IFD0: { ImageDescription: SYNTHETIC_COMMENT } }
  if (format === 'png16') {
    const png = await sharp(phantom.values, { raw: { width: columns, height: rows, channels: 1 } })
      .toColourspace('grey16')
      .png({ compressionLevel: 4 })
      .toBuffer()
    return withPngText(png, 'Description', SYNTHETIC_COMMENT)
  }
  const image = sharp(eightBit(phantom), {
    raw: { width: columns, height: rows, channels: 1 },
  }).toColourspace('b-w')
  if (format === 'png8') {
    return withPngText(await image.png({ compressionLevel: 4 }).toBuffer(), 'Description', SYNTHETIC_COMMENT)
  }
  if (format === 'jpeg') return image.withExif(exif).jpeg({ quality: 88 }).toBuffer()
  return image.withExif(exif).tiff({ compression: 'lzw' }).toBuffer()
}

export function eightBit(phantom: Phantom): Uint8Array {
  const bytes = new Uint8Array(phantom.values.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round((phantom.values[i] as number) / 257)
  return bytes
}

/** Puts a tEXt chunk behind IHDR (PNG specification 11.3.4.3). */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const afterHeader = 8 + 25
  const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1')
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(body.length - 4, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)])
}
