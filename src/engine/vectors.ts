/** Arithmetic of embeddings that encoders and searches share. */
import { HilumError } from '@shared/errors.js'

/** Mean of patch vectors, n * dimension -> dimension. */
export function meanOf(patches: Float32Array, dimension: number): Float32Array {
  const sum = new Float64Array(dimension)
  for (let i = 0; i < patches.length; i++)
    sum[i % dimension] = (sum[i % dimension] as number) + (patches[i] as number)
  const n = patches.length / dimension
  return Float32Array.from(sum, (value) => value / n)
}

/** The vector at length 1; @throws HilumError MODEL_FAILED for one without direction */
export function unit(vector: Float32Array): Float32Array {
  let square = 0
  for (const value of vector) square += value * value
  const length = Math.sqrt(square)
  if (!(length > 1e-12) || !Number.isFinite(length))
    throw new HilumError('MODEL_FAILED', undefined, { detail: 'The embedding has no direction.' })
  return vector.map((value) => value / length)
}

/** Of two unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
