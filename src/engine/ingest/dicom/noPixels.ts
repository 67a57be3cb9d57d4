/** Refusals of DICOM objects that hold no image, each saying what it is instead. */
import { HilumError } from '@shared/errors.js'
import type { Attributes } from './attributes.js'
import type { DicomDataSet } from './dataSet.js'

const CLASSES: readonly [prefix: string, what: string][] = [
  ['1.2.840.10008.1.3.10', 'a DICOMDIR (a table of contents)'],
  ['1.2.840.10008.5.1.4.1.1.88.59', 'a key object selection'],
  ['1.2.840.10008.5.1.4.1.1.88', 'a structured report (SR)'],
  ['1.2.840.10008.5.1.4.1.1.104.1', 'an encapsulated PDF document'],
  ['1.2.840.10008.5.1.4.1.1.104.2', 'an encapsulated CDA document'],
  ['1.2.840.10008.5.1.4.1.1.104', 'an encapsulated document or model'],
  ['1.2.840.10008.5.1.4.1.1.481.3', 'a radiotherapy structure set'],
  ['1.2.840.10008.5.1.4.1.1.481.5', 'a radiotherapy plan'],
  ['1.2.840.10008.5.1.4.1.1.481.8', 'a radiotherapy ion plan'],
  ['1.2.840.10008.5.1.4.1.1.481', 'a radiotherapy object'],
  ['1.2.840.10008.5.1.4.1.1.11', 'a presentation state'],
  ['1.2.840.10008.5.1.4.1.1.9', 'a waveform or audio recording'],
  ['1.2.840.10008.5.1.4.1.1.66', 'a registration, segmentation or raw data object'],
  ['1.2.840.10008.5.1.4.1.1.4.2', 'MR spectroscopy'],
  ['1.2.840.10008.5.1.4.1.1.91', 'a microscopy annotation object'],
  ['1.2.840.10008.5.1.4.31', 'a worklist answer'],
]

/** @returns DICOM_NO_PIXELS, or DICOM_CORRUPT when the data set broke before any pixel data could stand. */
export function noPixels(dicom: DicomDataSet, attributes: Attributes): HilumError {
  const sopClass = attributes.text('x00080016') ?? dicom.sopClassUid
  const known = CLASSES.find(([prefix]) => sopClass === prefix || sopClass?.startsWith(`${prefix}.`))?.[1]
  const what = known ?? (dicom.dataSet.elements['x00041220'] ? 'a DICOMDIR (a table of contents)' : undefined)
  const elements = Object.keys(dicom.dataSet.elements).length
  if (elements === 0)
    return new HilumError('DICOM_CORRUPT', 'The DICOM file holds no readable elements.', {
      detail: dicom.broken ?? 'no element could be read',
    })
  if (what !== undefined)
    return new HilumError('DICOM_NO_PIXELS', `This DICOM object is ${what}; it holds no image.`, {
      detail: `SOP class ${sopClass ?? 'not given'}`,
    })
  if (dicom.broken !== undefined)
    return new HilumError('DICOM_CORRUPT', 'The DICOM file is damaged before its picture begins.', {
      detail: dicom.broken,
    })
  const empty = dicom.dataSet.elements['x7fe00010'] !== undefined
  return new HilumError('DICOM_NO_PIXELS', undefined, {
    detail: `${empty ? 'pixel data (7FE0,0010) is empty' : 'there is no pixel data (7FE0,0010)'}; SOP class ${sopClass ?? 'not given'}`,
  })
}
