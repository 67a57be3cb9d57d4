/** The one interface of every pixel decoder: the bytes of one compressed frame in, stored samples out. */
import { HilumError } from '@shared/errors.js'
import type { Samples } from '../../imaging/samples.js'

/** What the data set says of a frame; a codec checks its own header against it. */
export type FrameHeader = {
  rows: number
  columns: number
  samplesPerPixel: number
  bitsAllocated: number
  bitsStored: number
  highBit: number
  signed: boolean
  /** PlanarConfiguration 1: colours one plane after the other. */
  planar: boolean
  photometric: string
}

/**
 * Decoded samples, colour interleaved. `ybr` says that colour is still YCbCr; `bits` and `signed` are the coded
 * stream's own where it has them.
 */
export type DecodedFrame = { samples: Samples; ybr: boolean; signed?: boolean; bits?: number }

export type Codec = (bytes: Uint8Array, header: FrameHeader) => Promise<DecodedFrame> | DecodedFrame

export const corruptFrame = (detail: string, cause?: unknown): HilumError =>
  new HilumError('DICOM_CORRUPT', 'The picture in this DICOM file is damaged.', { detail, cause })
export const truncatedFrame = (detail: string): HilumError =>
  new HilumError('IMAGE_TRUNCATED', 'The picture in this DICOM file ends early.', { detail })

/** Refuses a coded stream whose own size is not the data set's: its samples would be of another picture. */
export function checkCoded(
  codec: string,
  coded: { width: number; height: number; components: number },
  header: FrameHeader,
): void {
  if (
    coded.width === header.columns &&
    coded.height === header.rows &&
    coded.components === header.samplesPerPixel
  )
    return
  throw corruptFrame(
    `the ${codec} stream holds ${coded.width} x ${coded.height} pixels of ${coded.components} samples, the header says ` +
      `${header.columns} x ${header.rows} of ${header.samplesPerPixel}`,
  )
}

/** Message of anything a codec throws; WASM modules throw numbers and strings too. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200)
}

/** True when the end-of-image marker of JPEG and JPEG-LS stands in the last bytes; padding may follow it. */
export function endsImage(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at >= Math.max(2, bytes.length - 1024); at--)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true
  return false
}
