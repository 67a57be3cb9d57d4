/** What a header says of its samples that cannot be, or leaves open (PS3.3 C.7.6.3.1). */
import { HilumError } from '@shared/errors.js'

const KNOWN =
  /^(MONOCHROME[12]|PALETTE COLOR|RGB|YBR_(FULL|FULL_422|PARTIAL_422|PARTIAL_420|ICT|RCT)|ARGB|HSV|CMYK)$/

/**
 * A High Bit that is not Bits Stored - 1.
 * @throws HilumError DICOM_CORRUPT where uncompressed samples could lie at either place of their words
 */
export function checkHighBit(
  highBit: number,
  bitsStored: number,
  bitsAllocated: number,
  native: boolean,
  warnings: string[],
): void {
  if (native && bitsStored < bitsAllocated)
    throw new HilumError(
      'DICOM_CORRUPT',
      'The DICOM file contradicts itself on which bits hold the picture, so its grey values cannot be known.',
      { detail: `High Bit (0028,0102) is ${highBit} with Bits Stored (0028,0101) ${bitsStored}` },
    )
  // Whole words and compressed frames hold their samples in one way only.
  warnings.push(
    `High Bit is ${highBit} where ${bitsStored} stored bits make it ${bitsStored - 1}; it was passed over.`,
  )
}

/**
 * A Photometric Interpretation that is missing or unknown.
 * @throws HilumError DICOM_CORRUPT where three samples a pixel could be any colours
 */
export function checkPhotometric(
  photometric: string | undefined,
  samplesPerPixel: number,
  warnings: string[],
): void {
  if (photometric === undefined) {
    warnings.push('The file does not say its photometric interpretation; MONOCHROME2 was assumed.')
    return
  }
  if (KNOWN.test(photometric)) return
  const said = photometric.slice(0, 32)
  if (samplesPerPixel !== 1)
    throw new HilumError(
      'DICOM_CORRUPT',
      'The DICOM file names no kind of colour that exists, so its picture cannot be known.',
      { detail: `Photometric Interpretation (0028,0004) is ${said}` },
    )
  warnings.push(
    `The photometric interpretation ${said} does not exist; MONOCHROME2 was assumed, so light and dark may be swapped.`,
  )
}
