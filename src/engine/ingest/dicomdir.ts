/** DICOMDIR: the table of contents of a medium (PS3.3 F); its files must lie beside it. */
import { HilumError } from '@shared/errors.js'
import { attributesOf } from './dicom/attributes.js'
import { parseDicom } from './dicom/dataSet.js'

const DIRECTORY_CLASS = '1.2.840.10008.1.3.10'

/** True for a DICOM file that is a directory. */
export function isDicomDir(bytes: Uint8Array): boolean {
  try {
    const dicom = parseDicom(bytes)
    return dicom.sopClassUid === DIRECTORY_CLASS || dicom.dataSet.elements['x00041220'] !== undefined
  } catch {
    // Whatever is wrong with it is said where it is opened as an image.
    return false
  }
}

/** Referenced File ID of one record: parts of a path, or why it is refused. */
export type Reference = { parts: string[] } | { refused: HilumError }

/** Referenced files in the order of the records. @throws HilumError DICOM_CORRUPT */
export function dicomDirReferences(bytes: Uint8Array): Reference[] {
  const attributes = attributesOf(parseDicom(bytes).dataSet)
  const out: Reference[] = []
  for (const record of attributes.items('x00041220')) {
    const raw = record.text('x00041500')
    if (raw === undefined) continue
    const type = record.text('x00041430')?.toUpperCase()
    if (type !== undefined && !/IMAGE|MULTI|^PRIVATE$/.test(type)) continue
    const value = record.bytes('x00041500')
    const parts = Buffer.from(value ?? new Uint8Array())
      .toString('latin1')
      .split('\\')
      .map((part) => part.replace(/\0/g, '').trim())
      .filter((part) => part !== '')
    const unsafe = parts.some((part) => part === '.' || part === '..' || /[/\\:\0]/.test(part))
    out.push(
      unsafe || parts.length === 0
        ? {
            refused: new HilumError('ARCHIVE_UNSAFE_PATH', 'The DICOMDIR names a file outside its folder.', {
              detail: JSON.stringify(parts.join('/')).slice(0, 200),
            }),
          }
        : { parts },
    )
  }
  return out
}
