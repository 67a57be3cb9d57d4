/** The embedding of a part of an image. */
import type { Region } from '@shared/domain/images.js'
import type { Patches } from '../../ports/models.js'
import { meanOf, unit } from '../../vectors.js'

/** Normalised mean of the patches whose centre lies in the box; the nearest patch for a box smaller than one. */
export function regionEmbedding(patches: Patches, region: Region): Float32Array {
  const [rows, columns] = patches.grid
  const inside: number[] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const x = (column + 0.5) / columns
      const y = (row + 0.5) / rows
      if (x >= region.x && x <= region.x + region.width && y >= region.y && y <= region.y + region.height)
        inside.push(row * columns + column)
    }
  if (inside.length === 0) {
    const row = Math.min(rows - 1, Math.floor((region.y + region.height / 2) * rows))
    const column = Math.min(columns - 1, Math.floor((region.x + region.width / 2) * columns))
    inside.push(row * columns + column)
  }
  const { dimension, values } = patches
  const chosen = new Float32Array(inside.length * dimension)
  inside.forEach((at, i) => chosen.set(values.subarray(at * dimension, (at + 1) * dimension), i * dimension))
  return unit(meanOf(chosen, dimension))
}
