/** Grey pictures that their file stores as colour: red, green and blue equal at every pixel. */
import { applyPalette } from './display.js'
import type { OpenImage, Samples } from './samples.js'

/**
 * The picture with one sample a pixel, where its colours are equal everywhere; undefined where it has colour.
 * @param samples stored samples of the frame as `OpenImage.frame` gives them
 */
export function greyOfColour(
  image: OpenImage,
  samples: Samples,
): { image: OpenImage; samples: Samples } | undefined {
  if (image.samplesPerPixel !== 3 && !image.palette) return undefined
  const rgb = image.palette ? applyPalette(samples, image.palette) : samples
  for (let at = 0; at < rgb.length; at += 3)
    if (rgb[at] !== rgb[at + 1] || rgb[at] !== rgb[at + 2]) return undefined
  const one = rgb.slice(0, rgb.length / 3)
  for (let i = 0; i < one.length; i++) one[i] = rgb[i * 3] as number
  const { palette, ...rest } = image
  const bits = palette ? { bitsStored: 8, signed: false, floating: false } : {}
  // Colour has no modality step and no window (PS3.3 C.11.1, C.11.2): the values are display values.
  return {
    image: {
      ...rest,
      ...bits,
      samplesPerPixel: 1,
      medical: false,
      grey: { modality: { slope: 1, intercept: 0 }, windows: [], inverted: false },
    },
    samples: one,
  }
}
