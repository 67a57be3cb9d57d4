/** Bytes to an open image, by what the bytes are. */
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { OpenImage } from '../imaging/samples.js'
import { openBmp } from './bmp.js'
import { openRaster } from './raster.js'
import { notAnImage, sniff } from './sniff.js'

/**
 * @param name for messages only
 * @throws HilumError with the codes of files and decoding
 */
export async function openImage(name: string, bytes: Uint8Array): Promise<OpenImage> {
  if (bytes.length > LIMITS.fileBytes) throw new HilumError('FILE_TOO_LARGE')
  const kind = sniff(bytes)
  if (kind === 'dicom') {
    // Loaded with the first DICOM file: its codecs are the larger part of a decode process's start.
    const { openDicom } = await import('./dicom/image.js')
    return openDicom(name, bytes)
  }
  if (kind === 'png' || kind === 'jpeg' || kind === 'tiff') return openRaster(name, kind, bytes)
  if (kind === 'bmp') return openBmp(name, bytes)
  throw notAnImage(name, bytes)
}
