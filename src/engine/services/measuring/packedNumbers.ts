/** Lists of numbers as text: base64 of little-endian 64-bit floats, so that what is read is what was written. */

export function packed(numbers: ArrayLike<number>): string {
  return Buffer.from(Float64Array.from(numbers).buffer).toString('base64')
}

export function numbersOf(text: string): Float64Array {
  // Copied: a small Buffer lies anywhere in Node's pool, and 64-bit numbers need a multiple of eight.
  return new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
}
