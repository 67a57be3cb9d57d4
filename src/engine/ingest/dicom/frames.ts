/** Compressed frames of encapsulated pixel data (PS3.5 Annex A.4). */
import type { DicomDataSet, Element } from './dataSet.js'
import { corruptFrame, truncatedFrame } from '../codecs/codec.js'

type Fragment = { position: number; length: number; offset: number }

function joined(bytes: Uint8Array, fragments: readonly Fragment[]): Uint8Array {
  const parts = fragments.map((fragment) => {
    if (fragment.position + fragment.length > bytes.length)
      throw truncatedFrame(
        `a fragment at byte ${fragment.position} of ${fragment.length} bytes reaches beyond the end of the file`,
      )
    return bytes.subarray(fragment.position, fragment.position + fragment.length)
  })
  const [only] = parts
  if (parts.length === 1 && only) return only
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Fragments grouped by where frames start; undefined when the offsets do not fit the fragments. */
function byOffsets(fragments: readonly Fragment[], offsets: readonly number[]): Fragment[][] | undefined {
  const groups: Fragment[][] = []
  const starts = new Map(offsets.map((offset, frame) => [offset, frame]))
  if (starts.size !== offsets.length) return undefined
  for (const fragment of fragments) {
    const frame = starts.get(fragment.offset)
    if (frame !== undefined) groups[frame] = [fragment]
    else groups.at(-1)?.push(fragment)
  }
  return groups.length === offsets.length && groups.every((group) => group.length > 0) ? groups : undefined
}

/** Every fragment that begins like a new stream begins a frame. */
function byStreams(
  bytes: Uint8Array,
  fragments: readonly Fragment[],
  frames: number,
): Fragment[][] | undefined {
  const begins = ({ position }: Fragment): boolean =>
    (bytes[position] === 0xff && bytes[position + 1] === 0xd8) ||
    (bytes[position] === 0xff && bytes[position + 1] === 0x4f) ||
    (bytes[position] === 0 && bytes[position + 4] === 0x6a && bytes[position + 5] === 0x50)
  const groups: Fragment[][] = []
  for (const fragment of fragments) {
    if (begins(fragment)) groups.push([fragment])
    else groups.at(-1)?.push(fragment)
  }
  return groups.length === frames ? groups : undefined
}

/** Group and element at a byte, little-endian as encapsulated pixel data always is. */
function tagAt(bytes: Uint8Array, at: number): number {
  if (at < 0 || at + 4 > bytes.length) return 0
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)
}

/** 64-bit offsets of the Extended Offset Table (7FE0,0001). */
function extendedOffsets({ dataSet, bytes }: DicomDataSet): number[] | undefined {
  const element = dataSet.elements['x7fe00001']
  if (!element || element.length < 8 || element.dataOffset + element.length > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset, element.length)
  return Array.from({ length: element.length >> 3 }, (_, i) => Number(view.getBigUint64(i * 8, true)))
}

/**
 * Returns a reader of frames' coded bytes.
 * @throws HilumError DICOM_CORRUPT, IMAGE_TRUNCATED
 */
export function encapsulatedFrames(
  dicom: DicomDataSet,
  pixels: Element,
  frames: number,
): (frame: number) => Uint8Array {
  const { bytes } = dicom
  const end = pixels.dataOffset + pixels.length
  if (pixels.length === 0xffff_ffff || tagAt(bytes, end - 8) !== 0xe0ddfffe)
    throw truncatedFrame('the file ends before the delimiter of its pixel data (FFFE,E0DD)')
  const fragments = (pixels.fragments ?? []) as Fragment[]
  if (fragments.length === 0) throw corruptFrame('the pixel data holds no fragments')
  const tables = [extendedOffsets(dicom), pixels.basicOffsetTable]
  let groups: Fragment[][] | undefined
  if (frames === 1) groups = [fragments.slice()]
  else {
    for (const table of tables)
      if (!groups && table && table.length === frames) groups = byOffsets(fragments, table)
    if (!groups && fragments.length === frames) groups = fragments.map((fragment) => [fragment])
    groups ??= byStreams(bytes, fragments, frames)
  }
  if (!groups) throw corruptFrame(`${fragments.length} fragments cannot be assigned to ${frames} frames`)
  const found = groups
  return (frame) => joined(bytes, found[frame] ?? [])
}
