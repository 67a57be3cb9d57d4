/** Transfer syntaxes (PS3.5 clause 10, PS3.6 table A-1): how the data set and its pixels are coded. */
export type PixelCoding = 'native' | 'rle' | 'jpeg' | 'jpegls' | 'j2k' | 'htj2k'
export type TransferSyntax = {
  uid: string
  name: string
  explicit: boolean
  littleEndian: boolean
  deflated: boolean
  coding: PixelCoding
  /** False where decoded samples may differ from the ones before compression. */
  lossless: boolean
}

const JPEG = '1.2.840.10008.1.2.4.'
const table: readonly [uid: string, name: string, coding: PixelCoding, lossless: boolean][] = [
  ['1.2.840.10008.1.2', 'Implicit VR Little Endian', 'native', true],
  ['1.2.840.10008.1.2.1', 'Explicit VR Little Endian', 'native', true],
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native', true],
  ['1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', 'native', true],
  ['1.2.840.10008.1.2.2', 'Explicit VR Big Endian', 'native', true],
  ['1.2.840.10008.1.2.5', 'RLE Lossless', 'rle', true],
  [`${JPEG}50`, 'JPEG Baseline (Process 1)', 'jpeg', false],
  [`${JPEG}51`, 'JPEG Extended (Process 2 and 4)', 'jpeg', false],
  [`${JPEG}52`, 'JPEG Extended (Process 3 and 5)', 'jpeg', false],
  [`${JPEG}53`, 'JPEG Spectral Selection (Process 6 and 8)', 'jpeg', false],
  [`${JPEG}54`, 'JPEG Spectral Selection (Process 7 and 9)', 'jpeg', false],
  [`${JPEG}55`, 'JPEG Full Progression (Process 10 and 12)', 'jpeg', false],
  [`${JPEG}56`, 'JPEG Full Progression (Process 11 and 13)', 'jpeg', false],
  [`${JPEG}57`, 'JPEG Lossless (Process 14)', 'jpeg', true],
  [`${JPEG}58`, 'JPEG Lossless (Process 15)', 'jpeg', true],
  [`${JPEG}59`, 'JPEG Extended Hierarchical (Process 16 and 18)', 'jpeg', false],
  [`${JPEG}60`, 'JPEG Extended Hierarchical (Process 17 and 19)', 'jpeg', false],
  [`${JPEG}61`, 'JPEG Spectral Selection Hierarchical (Process 20 and 22)', 'jpeg', false],
  [`${JPEG}62`, 'JPEG Spectral Selection Hierarchical (Process 21 and 23)', 'jpeg', false],
  [`${JPEG}63`, 'JPEG Full Progression Hierarchical (Process 24 and 26)', 'jpeg', false],
  [`${JPEG}64`, 'JPEG Full Progression Hierarchical (Process 25 and 27)', 'jpeg', false],
  [`${JPEG}65`, 'JPEG Lossless Hierarchical (Process 28)', 'jpeg', true],
  [`${JPEG}66`, 'JPEG Lossless Hierarchical (Process 29)', 'jpeg', true],
  [`${JPEG}70`, 'JPEG Lossless, First-Order Prediction (Process 14, Selection 1)', 'jpeg', true],
  [`${JPEG}80`, 'JPEG-LS Lossless', 'jpegls', true],
  [`${JPEG}81`, 'JPEG-LS Near-Lossless', 'jpegls', false],
  [`${JPEG}90`, 'JPEG 2000 Lossless', 'j2k', true],
  [`${JPEG}91`, 'JPEG 2000', 'j2k', false],
  [`${JPEG}92`, 'JPEG 2000 Part 2 Lossless', 'j2k', true],
  [`${JPEG}93`, 'JPEG 2000 Part 2', 'j2k', false],
  [`${JPEG}201`, 'High-Throughput JPEG 2000 Lossless', 'htj2k', true],
  [`${JPEG}202`, 'High-Throughput JPEG 2000 RPCL Lossless', 'htj2k', true],
  [`${JPEG}203`, 'High-Throughput JPEG 2000', 'htj2k', false],
]

const byUid = new Map<string, TransferSyntax>(
  table.map(([uid, name, coding, lossless]) => [
    uid,
    {
      uid,
      name,
      coding,
      lossless,
      explicit: uid !== '1.2.840.10008.1.2',
      littleEndian: uid !== '1.2.840.10008.1.2.2',
      deflated: uid === '1.2.840.10008.1.2.1.99',
    },
  ]),
)

/** Undefined for a syntax Hilum does not know (MPEG, JPIP, private ones …). */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return byUid.get(uid)
}
