/**
 * Whether a picture is truly in colour, as a photograph is. A radiograph is often stored as red, green and blue, carries
 * coloured marks, or was scanned with a tint: the first has no colour, the second little, and a tint is the same at
 * every pixel of a brightness.
 */
import { toRgb8 } from '../imaging/display.js'
import type { OpenImage, Samples } from '../imaging/samples.js'

/** Pixels looked at: evenly spread over the picture. */
const SAMPLE = 65_536
/** Of 255: between the largest and the smallest of red, green and blue of a pixel with colour; below it is compression. */
const COLOUR = 24
/** Of 255: as dark as this a pixel shows no colour, so that black borders do not count. */
const BLACK = 24
/**
 * Share of the pixels that must carry colour. Of 5,172 radiographs (5,103 of them stored as colour) but one tinted scan none
 * reaches 0.001; photographs have 0.4 to 1.
 */
const MOST = 0.4
/** Mean distance of the colours from those of their brightness, of 255: 4 in the tinted scan, 11 to 47 in photographs. */
const VARIED = 10
const BANDS = 16

/** @param samples stored samples of the frame as `OpenImage.frame` gives them */
export function inColour(image: OpenImage, samples: Samples): boolean {
  const rgb = toRgb8(image, samples)
  if (rgb === undefined) return false
  const pixels = rgb.length / 3
  const step = 3 * Math.max(1, Math.floor(pixels / SAMPLE))
  const sums = Array.from({ length: BANDS }, () => ({ n: 0, blue: 0, red: 0, squares: 0 }))
  let lit = 0
  let coloured = 0
  for (let at = 0; at < rgb.length; at += step) {
    const [red, green, blue] = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number]
    const most = Math.max(red, green, blue)
    if (most <= BLACK) continue
    lit++
    if (most - Math.min(red, green, blue) > COLOUR) coloured++
    const band = sums[Math.floor((0.299 * red + 0.587 * green + 0.114 * blue) / (256 / BANDS))]
    if (band === undefined) continue
    band.n++
    band.blue += blue - green
    band.red += red - green
    band.squares += (blue - green) ** 2 + (red - green) ** 2
  }
  if (lit === 0 || coloured < MOST * lit) return false
  // Around the mean colour of each brightness: a tint leaves nothing there.
  const left = sums.reduce(
    (sum, { n, blue, red, squares }) => sum + (n === 0 ? 0 : squares - (blue ** 2 + red ** 2) / n),
    0,
  )
  return Math.sqrt(Math.max(0, left) / lit) > VARIED
}
