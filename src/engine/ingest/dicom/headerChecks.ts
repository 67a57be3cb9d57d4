/** What a header says of its samples that cannot be, or leaves open (PS3.3 C.7.6.3.1). */
import { HilumError } from '@shared/errors.js'

const KNOWN =
  /^(MONOCHROME[12]|PALETTE COLOR|RGB|YBR_(FULL|FULL_422|PARTIAL_422|PARTIAL_420|ICT|RCT)|ARGB|HSV|CMYK)$/

/** Colours that DICOM has given up; nothing here converts them. */
const RETIRED = /^(ARGB|HSV|CMYK)$/
const OF_ONE_SAMPLE = /^(MONOCHROME[12]|PALETTE COLOR)$/

/**
 * How many bits above bit 0 uncompressed samples begin, where High Bit is not Bits Stored - 1 as it is today. Files of before
 * 2014 may hold samples higher in their words, with overlays or nothing below them (PS3.5 clause 8.1.1 of that time).
 * @param words samples as they stand in the file, unsigned
 * @param overlaysBelow whether the file says that overlays lie in the unused bits
 * @returns 0 where no sample reaches above Bits Stored but some lie in the bits that should be below: the header errs then
 * @throws HilumError DICOM_CORRUPT where the samples could be at either place or at none
 */
export function samplesBegin(
  header: { highBit: number; bitsStored: number; bitsAllocated: number; signed: boolean },
  words: ArrayLike<number>,
  overlaysBelow: boolean,
  warnings: string[],
): number {
  const { highBit, bitsStored, bitsAllocated, signed } = header
  const shift = highBit - (bitsStored - 1)
  if (shift === 0) return 0
  const said = `High Bit is ${highBit} where ${bitsStored} stored bits make it ${bitsStored - 1}`
  if (bitsStored === bitsAllocated) {
    // Whole words hold their samples in one way only.
    warnings.push(`${said}; it was passed over.`)
    return 0
  }
  const unknowable = new HilumError(
    'DICOM_CORRUPT',
    'The DICOM file contradicts itself on which bits hold the picture, so its grey values cannot be known.',
    { detail: `High Bit (0028,0102) is ${highBit} with Bits Stored (0028,0101) ${bitsStored}` },
  )
  if (shift < 0 || highBit >= bitsAllocated) throw unknowable
  const [low, top, filled] = [2 ** shift, 2 ** bitsStored, 2 ** bitsAllocated]
  let below = false
  let above = false
  for (let i = 0; i < words.length && !(below && above); i++) {
    const word = words[i] as number
    if (word % low !== 0) below = true
    // A negative sample fills what is above it.
    if (word >= top && !(signed && word >= filled - top / 2)) above = true
  }
  if (!below || (above && overlaysBelow)) return shift
  if (above) throw unknowable
  warnings.push(`${said}, and no sample reaches that high; it was passed over.`)
  return 0
}

/**
 * A Photometric Interpretation that is missing, unknown, retired, or of colour where there is one sample a pixel.
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
  if (KNOWN.test(photometric)) {
    if (samplesPerPixel === 1 && !OF_ONE_SAMPLE.test(photometric))
      warnings.push(
        `The photometric interpretation ${photometric} takes more than one sample a pixel; MONOCHROME2 was assumed, so light and dark may be swapped.`,
      )
    else if (RETIRED.test(photometric))
      warnings.push(
        `The photometric interpretation ${photometric} is no longer part of DICOM; its samples are shown as RGB, so the colours may be wrong.`,
      )
    return
  }
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
