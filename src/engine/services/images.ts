/** Pictures of queries and library images: previews for grids, frames for the viewer, tags. */
import sharp from 'sharp'
import { HilumError } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports/calls.js'
import type { Decoder } from '../ports/decoding.js'
import { plainBytes } from './bytes.js'
import type { Pictures } from './pictures.js'

export function imagesService(
  workspace: Workspace,
  decoder: Decoder,
  pictures: Pictures,
): {
  preview: Handler<'images.preview'>
  frame: Handler<'images.frame'>
  tags: Handler<'images.tags'>
} {
  return {
    async preview({ ref, maxSide, seen }, { signal }) {
      if (seen === true) return await seenPicture(await pictures.seen(pictures.resolve(ref), signal), maxSide)
      if (ref.kind === 'image') {
        const stored = workspace.library.preview(ref.imageId, maxSide)
        if (stored !== undefined) return { ...stored, bytes: plainBytes(stored.bytes) }
      }
      const { item } = pictures.resolve(ref)
      const { preview } = await decoder.decode(item, { preview: maxSide }, signal)
      if (preview === undefined) throw new HilumError('DICOM_NO_PIXELS')
      if (ref.kind === 'image' && !workspace.library.readOnly)
        keepQuietly(() => workspace.library.savePreview(ref.imageId, preview))
      return { ...preview, bytes: plainBytes(preview.bytes) }
    },

    async frame({ ref, frame, maxSide }, { signal }) {
      return await decoder.frame(pictures.resolve(ref).item, frame ?? 0, maxSide, signal)
    },

    async tags({ ref }, { signal }) {
      return { tags: await decoder.tags(pictures.resolve(ref).item, signal) }
    },
  }
}

/** A preview is derived: that it cannot be kept (a full disk) is no reason not to show it. */
function keepQuietly(keep: () => void): void {
  try {
    keep()
  } catch (error) {
    if (!(error instanceof HilumError)) throw error
  }
}

/** The encoder's own input as a PNG, its range stretched to black and white, enlarged without smoothing. */
async function seenPicture(
  seen: { rows: number; columns: number; values: Float32Array } | undefined,
  maxSide: number,
): Promise<{ mime: 'image/png'; bytes: Uint8Array<ArrayBuffer>; rows: number; columns: number }> {
  if (seen === undefined) throw new HilumError('MODEL_FAILED', 'This model does not tell what it looks at.')
  const { rows, columns, values } = seen
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  const scale = high > low ? 255 / (high - low) : 0
  const grey = Uint8Array.from(values, (value) => Math.round((value - low) * scale))
  const enlarge = Math.max(1, Math.floor(maxSide / Math.max(rows, columns)))
  const bytes = await sharp(grey, { raw: { width: columns, height: rows, channels: 1 } })
    .resize({ width: columns * enlarge, height: rows * enlarge, kernel: 'nearest' })
    .png()
    .toBuffer()
  return { mime: 'image/png', bytes: new Uint8Array(bytes), rows: rows * enlarge, columns: columns * enlarge }
}
