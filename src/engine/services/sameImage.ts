/** Whether an image of the library is the query itself. */
import type { Library } from '../ports/library.js'

/** Hits below this cannot be the query itself: the same samples give the same embedding but for rounding. */
const SAME_IMAGE_SCORE = 0.999

/**
 * The same file, or the same stored samples in another file.
 * @param query SHA-256 of its file and of its stored samples
 * @param score cosine between the two
 */
export function isSameImage(
  library: Library,
  imageId: string,
  score: number,
  query: { sha256: string; pixelSha256: string },
): boolean {
  if (score < SAME_IMAGE_SCORE) return false
  const { facts, pixelSha256 } = library.image(imageId)
  return pixelSha256 === query.pixelSha256 || facts.sha256 === query.sha256
}
