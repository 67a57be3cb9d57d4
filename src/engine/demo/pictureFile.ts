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
  return greyTiff(rows, columns, eightBit(phantom), SYNTHETIC_COMMENT)
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

const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>' +
  '<rdf:li xml:lang="x-default">…</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'

/** A baseline grey TIFF of one strip (TIFF 6.0 section 4) with a description: sharp writes none, and reads only XMP. */
function greyTiff(rows: number, columns: number, pixels: Uint8Array, description: string): Uint8Array {
  const text = Buffer.from(`${description}\0`, 'latin1')
  const xmp = Buffer.from(XMP.replace('…', description), 'utf8')
  const [LONG, SHORT, ASCII, BYTE] = [4, 3, 2, 1]
  const tags = 10
  const textAt = 8 + 2 + tags * 12 + 4
  const xmpAt = textAt + text.length + (text.length % 2)
  const stripAt = xmpAt + xmp.length + (xmp.length % 2)
  const directory = Buffer.alloc(stripAt)
  directory.write('II*\0\x08\0\0\0', 0, 'latin1')
  directory.writeUInt16LE(tags, 8)
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, columns],
    [257, LONG, 1, rows],
    [258, SHORT, 1, 8],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, 1],
    [270, ASCII, text.length, textAt],
    [273, LONG, 1, stripAt],
    [278, LONG, 1, rows],
    [279, LONG, 1, pixels.length],
    [700, BYTE, xmp.length, xmpAt],
  ]
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * 12
    directory.writeUInt16LE(tag, at)
    directory.writeUInt16LE(type, at + 2)
    directory.writeUInt32LE(count, at + 4)
    directory.writeUInt32LE(value, at + 8)
  })
  text.copy(directory, textAt)
  xmp.copy(directory, xmpAt)
  return Buffer.concat([directory, pixels])
}
