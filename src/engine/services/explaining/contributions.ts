/** The exact arithmetic of the explanation: a cosine as the sum of patches' shares. */
import type { Patches } from '../../ports/models.js'

/**
 * Shares of the cosine between the image of `patches` and a unit vector: share i is (p_i / P / |mean p|) . other,
 * so they sum to the cosine itself, not to an approximation of it.
 * @param other unit length, patches' dimension
 * @returns P numbers, row by row
 */
export function sharesOf(patches: Patches, other: Float32Array): number[] {
  const { dimension, values } = patches
  const count = values.length / dimension
  const mean = new Float64Array(dimension)
  const dots: number[] = []
  for (let patch = 0; patch < count; patch++) {
    let dot = 0
    for (let d = 0; d < dimension; d++) {
      const value = values[patch * dimension + d] as number
      mean[d] = (mean[d] as number) + value / count
      dot += value * (other[d] as number)
    }
    dots.push(dot)
  }
  const length = Math.hypot(...mean)
  return dots.map((dot) => dot / count / length)
}

/** For each patch of `from` the index of the patch of `to` with the highest cosine; ties to the first. */
export function matchesOf(from: Patches, to: Patches): number[] {
  const { dimension } = from
  const theirs = unitRows(to)
  return Array.from({ length: from.values.length / dimension }, (_, patch) => {
    let best = 0
    let bestDot = -Infinity
    for (let other = 0; other * dimension < theirs.length; other++) {
      let dot = 0
      for (let d = 0; d < dimension; d++)
        dot += (from.values[patch * dimension + d] as number) * (theirs[other * dimension + d] as number)
      if (dot > bestDot) {
        bestDot = dot
        best = other
      }
    }
    return best
  })
}

function unitRows({ dimension, values }: Patches): Float32Array {
  const rows = new Float32Array(values.length)
  for (let at = 0; at < values.length; at += dimension) {
    const row = values.subarray(at, at + dimension)
    const length = Math.hypot(...row) || 1
    rows.set(
      row.map((value) => value / length),
      at,
    )
  }
  return rows
}
