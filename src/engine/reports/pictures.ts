/** The report's pictures: JPEGs no larger than print needs, and heat overlays of the explanation. */
import { HEAT_OPACITY, HEAT_TOP, heatOf, heatRgb } from '@shared/heatMap.js'
import sharp from 'sharp'

export type ReportPicture = { jpeg: Buffer; width: number; height: number }

/** @param bytes a preview in any format sharp reads */
export async function reportPicture(bytes: Uint8Array, maxSide: number): Promise<ReportPicture> {
  const { data, info } = await sharp(bytes)
    .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .jpeg({ quality: 84 })
    .toBuffer({ resolveWithObject: true })
  return { jpeg: data, width: info.width, height: info.height }
}

/**
 * Shares over a picture as the window draws them: the places with the largest shares as plain fields of the map's grid, the
 * more each added to the score the brighter and denser. All others stay grey.
 * @param shares row by row over the whole frame
 */
export async function overlayPicture(
  bytes: Uint8Array,
  shares: readonly number[],
  grid: readonly [number, number],
  maxSide: number,
): Promise<ReportPicture> {
  const base = await reportPicture(bytes, maxSide)
  const [rows, columns] = grid
  const tint = Buffer.alloc(base.width * base.height * 4)
  for (const { place, t, alpha } of heatOf(shares, HEAT_OPACITY, HEAT_TOP)) {
    const row = Math.floor(place / columns)
    const column = place % columns
    const colour = [...heatRgb(t), Math.round(alpha * 255)]
    const edge = (at: number, of: number, side: number): number => Math.round((at / of) * side)
    for (let y = edge(row, rows, base.height); y < edge(row + 1, rows, base.height); y++)
      for (let x = edge(column, columns, base.width); x < edge(column + 1, columns, base.width); x++)
        tint.set(colour, (y * base.width + x) * 4)
  }
  const jpeg = await sharp(base.jpeg)
    .toColourspace('srgb')
    .composite([{ input: tint, raw: { width: base.width, height: base.height, channels: 4 } }])
    .jpeg({ quality: 84 })
    .toBuffer()
  return { ...base, jpeg }
}
