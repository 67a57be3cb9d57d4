/** A phantom as a DICOM radiograph, with the header a department's modality would write. */
import { derivedUid } from '../uid.js'
import { dicomFile, type Element } from './dicomFile.js'
import type { Phantom } from './phantom.js'

export type DemoHeader = {
  patientId: string
  patientName: string
  sex: 'F' | 'M'
  /** Years. */
  age: number
  /** YYYYMMDD. */
  studyDate: string
  /** HHMMSS. */
  studyTime: string
  /** What the UIDs are derived from: the same key gives the same study. */
  studyKey: string
  seriesNumber: number
  instanceNumber: number
}

export type DicomLook = {
  photometric: 'MONOCHROME1' | 'MONOCHROME2'
  bitsStored: 8 | 10 | 12 | 14 | 16
  /** How stored values become grey: a window, a VOI LUT sequence, or the full range. */
  voi: 'window' | 'lut' | 'none'
}

export const SYNTHETIC_COMMENT = 'SYNTHETIC chest phantom, drawn by Hilum. Not a radiograph of a person.'

export function ageString(age: number): string {
  return age < 2
    ? `${String(Math.max(1, Math.round(age * 12))).padStart(3, '0')}M`
    : `${String(Math.floor(age)).padStart(3, '0')}Y`
}

export function phantomDicom(phantom: Phantom, header: DemoHeader, look: DicomLook): Uint8Array {
  const { rows, columns, truth } = phantom
  const lateral = truth.view === 'LL'
  const stored = storedPixels(phantom, look)
  const study = derivedUid(header.studyKey)
  const series = derivedUid(`${header.studyKey}/${header.seriesNumber}`)
  const instance = derivedUid(`${header.studyKey}/${header.seriesNumber}/${header.instanceNumber}`)
  // The detector is 35 cm wide for adults, 24 cm for small children.
  const spacing = ((truth.group === 'adult' ? 350 : truth.group === 'child' ? 290 : 240) / columns).toFixed(4)
  const birthYear = Number(header.studyDate.slice(0, 4)) - Math.floor(header.age) - 1
  const elements: Element[] = [
    { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 192' },
    { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY' },
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.1' },
    { tag: 0x00080018, vr: 'UI', value: instance },
    { tag: 0x00080020, vr: 'DA', value: header.studyDate },
    { tag: 0x00080021, vr: 'DA', value: header.studyDate },
    { tag: 0x00080030, vr: 'TM', value: header.studyTime },
    { tag: 0x00080050, vr: 'SH', value: '' },
    { tag: 0x00080060, vr: 'CS', value: 'CR' },
    { tag: 0x00080070, vr: 'LO', value: 'Hilum phantom generator' },
    { tag: 0x00080090, vr: 'PN', value: '' },
    { tag: 0x00081030, vr: 'LO', value: `Chest ${lateral ? 'two views' : truth.view} SYNTHETIC` },
    { tag: 0x0008103e, vr: 'LO', value: lateral ? 'Lateral' : `Frontal ${truth.view}` },
    { tag: 0x00100010, vr: 'PN', value: header.patientName },
    { tag: 0x00100020, vr: 'LO', value: header.patientId },
    { tag: 0x00100030, vr: 'DA', value: `${birthYear}0701` },
    { tag: 0x00100040, vr: 'CS', value: header.sex },
    { tag: 0x00101010, vr: 'AS', value: ageString(header.age) },
    { tag: 0x00180015, vr: 'CS', value: 'CHEST' },
    { tag: 0x00180060, vr: 'DS', value: truth.group === 'adult' ? '110' : '66' },
    { tag: 0x00181164, vr: 'DS', value: `${spacing}\\${spacing}` },
    { tag: 0x00185101, vr: 'CS', value: truth.view },
    { tag: 0x0020000d, vr: 'UI', value: study },
    { tag: 0x0020000e, vr: 'UI', value: series },
    { tag: 0x00200010, vr: 'SH', value: '1' },
    { tag: 0x00200011, vr: 'IS', value: String(header.seriesNumber) },
    { tag: 0x00200013, vr: 'IS', value: String(header.instanceNumber) },
    { tag: 0x00200020, vr: 'CS', value: lateral ? 'P\\F' : 'L\\F' },
    { tag: 0x00204000, vr: 'LT', value: SYNTHETIC_COMMENT },
    { tag: 0x00280002, vr: 'US', value: 1 },
    { tag: 0x00280004, vr: 'CS', value: look.photometric },
    { tag: 0x00280010, vr: 'US', value: rows },
    { tag: 0x00280011, vr: 'US', value: columns },
    { tag: 0x00280100, vr: 'US', value: look.bitsStored === 8 ? 8 : 16 },
    { tag: 0x00280101, vr: 'US', value: look.bitsStored },
    { tag: 0x00280102, vr: 'US', value: look.bitsStored - 1 },
    { tag: 0x00280103, vr: 'US', value: 0 },
    { tag: 0x00280301, vr: 'CS', value: 'YES' },
    ...stored.voi,
    { tag: 0x7fe00010, vr: look.bitsStored === 8 ? 'OB' : 'OW', value: stored.pixels },
  ]
  return dicomFile(elements)
}

/** Stored values and the VOI elements that turn them back into the phantom's grey. */
function storedPixels(phantom: Phantom, look: DicomLook): { pixels: Uint8Array; voi: Element[] } {
  const top = 2 ** look.bitsStored - 1
  const low = look.voi === 'none' ? 0 : Math.round(top * 0.09)
  const span = look.voi === 'none' ? top : Math.round(top * 0.78)
  const inverse = look.photometric === 'MONOCHROME1'
  // A table of 4,096 entries is not linear: it undoes a curve that the stored values carry.
  const curve = look.voi === 'lut' ? 0.72 : 1
  const n = phantom.values.length
  const pixels = look.bitsStored === 8 ? new Uint8Array(n) : new Uint16Array(n)
  const stored = Uint16Array.from({ length: 65536 }, (_, grey) => {
    const shown = inverse ? 1 - grey / 65535 : grey / 65535
    return low + Math.round(span * Math.pow(shown, curve))
  })
  for (let i = 0; i < n; i++) pixels[i] = stored[phantom.values[i] as number] as number
  const bytes = new Uint8Array(pixels.buffer)
  if (look.voi === 'none') return { pixels: bytes, voi: [] }
  if (look.voi === 'window') {
    return {
      pixels: bytes,
      voi: [
        // PS3.3 C.11.2.1.2.1: the linear window reaches from c - 0.5 - (w-1)/2 to c - 0.5 + (w-1)/2.
        { tag: 0x00281050, vr: 'DS', value: String(low + span / 2 + 0.5) },
        { tag: 0x00281051, vr: 'DS', value: String(span + 1) },
        { tag: 0x00281055, vr: 'LO', value: 'STANDARD' },
      ],
    }
  }
  const entries = span + 1
  const table = new Uint16Array(entries)
  for (let i = 0; i < entries; i++) table[i] = Math.round(4095 * Math.pow(i / span, 1 / curve))
  return {
    pixels: bytes,
    voi: [
      {
        tag: 0x00283010,
        vr: 'SQ',
        value: [
          [
            { tag: 0x00283002, vr: 'US', value: [entries, low, 12] },
            { tag: 0x00283003, vr: 'LO', value: 'STANDARD' },
            { tag: 0x00283006, vr: 'OW', value: new Uint8Array(table.buffer) },
          ],
        ],
      },
    ],
  }
}
