/** The report's pictures: JPEGs no larger than print needs, and heat overlays of the explanation. */
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

/** Cividis-like, from dark blue to yellow: the same order of lightness for every kind of colour vision. */
export const HEAT = ['#00204c', '#28436e', '#5d6b78', '#8c8778', '#c0a767', '#eecc4b', '#ffea6e'] as const
const STOPS = HEAT.map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)))

/**
 * Shares over a picture: the more a place added to the score, the brighter and denser its tint. Places that added
 * nothing or took away stay grey.
 * @param shares row by row over the whole frame
 */
export async function overlayPicture(
  bytes: Uint8Array,
  shares: readonly number[],
  grid: readonly [number, number],
  maxSide: number,
): Promise<ReportPicture> {
  const base = await reportPicture(bytes, maxSide)
  const most = Math.max(...shares, 1e-9)
  const [rows, columns] = grid
  const weights = Buffer.from(shares.map((share) => Math.round(255 * Math.max(0, share / most))))
  const smooth = await sharp(weights, { raw: { width: columns, height: rows, channels: 1 } })
    .resize({ width: base.width, height: base.height, fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  const tint = Buffer.alloc(base.width * base.height * 4)
  for (let i = 0; i < base.width * base.height; i++) {
    const t = (smooth[i] as number) / 255
    const place = t * (STOPS.length - 1)
    const low = Math.min(STOPS.length - 2, Math.floor(place))
    for (let c = 0; c < 3; c++) {
      const [a, b] = [STOPS[low]?.[c] ?? 0, STOPS[low + 1]?.[c] ?? 0]
      tint[i * 4 + c] = Math.round(a + (b - a) * (place - low))
    }
    tint[i * 4 + 3] = Math.round(255 * 0.68 * Math.max(0, t - 0.22) ** 0.8)
  }
  const jpeg = await sharp(base.jpeg)
    .toColourspace('srgb')
    .composite([{ input: tint, raw: { width: base.width, height: base.height, channels: 4 } }])
    .jpeg({ quality: 84 })
    .toBuffer()
  return { ...base, jpeg }
}
