/**
 * FAISS's own file format of a flat inner-product index (`write_index` of IndexFlatIP, faiss/impl/index_write.cpp):
 * the only fast way to give faiss-node many vectors, since its `add` takes JavaScript numbers one by one.
 */
/** "IxFI", int32 d, int64 n, int64 1048576 twice, uint8 trained, int32 metric 0 (inner product), uint64 n*d. */
export const FAISS_HEADER_BYTES = 45
const FOURCC = 'IxFI'
const UNUSED = 1_048_576n
const FLOAT_BYTES = 4

export function faissHeader(dimension: number, count: number): Buffer {
  const header = Buffer.alloc(FAISS_HEADER_BYTES)
  header.write(FOURCC, 0, 'latin1')
  header.writeInt32LE(dimension, 4)
  header.writeBigInt64LE(BigInt(count), 8)
  header.writeBigInt64LE(UNUSED, 16)
  header.writeBigInt64LE(UNUSED, 24)
  header.writeUInt8(1, 32)
  header.writeInt32LE(0, 33)
  header.writeBigUInt64LE(BigInt(count) * BigInt(dimension), 37)
  return header
}

/** Bytes of such a file. */
export function faissFileBytes(dimension: number, count: number): number {
  return FAISS_HEADER_BYTES + count * dimension * FLOAT_BYTES
}
