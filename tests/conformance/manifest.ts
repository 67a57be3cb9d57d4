/** Compares the decoder with the reference of the DICOM collection (its manifest.json), file by file. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DecodeReport } from '@shared/domain/viewer.js'
import { problemOf, type ErrorCode, type Problem } from '@shared/errors.js'
import { describeImage } from '../../src/engine/imaging/describe.js'
import { openImage } from '../../src/engine/ingest/openImage.js'

/** The fields of a manifest's entry that are compared. */
export type Reference = {
  file: string
  tag: string
  ts: string | null
  tsname: string | null
  PhotometricInterpretation: string
  BitsStored: string
  PixelRepresentation: string
  WindowWidth: string
  RescaleSlope: string
  RescaleIntercept: string
  VOILUTSeq: boolean
  ModLUTSeq: boolean
  shape: string | null
  min: number | null
  max: number | null
  mean: number | null
  sha1: string | null
  gdcm_dims: [number, number] | null
  gdcm_min: number | null
  gdcm_max: number | null
  mod_min: number | null
  mod_max: number | null
  voi_min: number | null
  voi_max: number | null
}
export type Verdict =
  | { kind: 'right'; exact: boolean; report: DecodeReport }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'wrong'; reasons: string[] }

/** The folder of test data, or undefined where it is not given. */
export function dataFolder(): string | undefined {
  const folder = process.env['HILUM_TEST_DATA']
  return folder !== undefined && existsSync(join(folder, 'dicom', 'manifest.json')) ? folder : undefined
}

export function readManifest(folder: string): Reference[] {
  return JSON.parse(readFileSync(join(folder, 'dicom', 'manifest.json'), 'utf8')) as Reference[]
}

/** Syntaxes whose decoders may differ by rounding. */
const LOSSY = /\.4\.(50|51|53|55|203)$/
const near = (a: number, b: number | null, by: number): boolean => b === null || Math.abs(a - b) <= by
const relative = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b))

/**
 * The reference's VOI output spans pydicom's range, which is signed for signed samples and rescaled where a
 * slope is given, a VOI LUT's own depth for a LUT; here it is brought to 0..2^bitsStored-1.
 */
export function referenceVoi(reference: Reference, value: number, lutTop?: number): number {
  const top = 2 ** Number(reference.BitsStored) - 1
  if (lutTop !== undefined) return (value / lutTop) * top
  const signed = reference.PixelRepresentation === '1'
  let low = signed ? -(2 ** (Number(reference.BitsStored) - 1)) : 0
  let high = low + top
  if (reference.RescaleSlope !== '') {
    const [slope, intercept] = [Number(reference.RescaleSlope), Number(reference.RescaleIntercept)]
    low = low * slope + intercept
    high = high * slope + intercept
  }
  return ((value - low) / (high - low)) * top
}

function compare(reference: Reference, report: DecodeReport): string[] {
  const reasons: string[] = []
  const { stored, modality, voi } = report
  const lossy = LOSSY.test(reference.ts ?? '')
  const expected = reference.shape ?? (reference.gdcm_dims ? reference.gdcm_dims.join('x') : undefined)
  if (expected !== undefined) {
    const numbers = expected.match(/\d+/g)?.map(Number) ?? []
    for (const side of [report.rows, report.columns])
      if (!numbers.includes(side)) reasons.push(`size ${report.rows} x ${report.columns}, not ${expected}`)
  }
  const [min, max] = [reference.min ?? reference.gdcm_min, reference.max ?? reference.gdcm_max]
  if (!lossy && reference.sha1 !== null && reference.sha1 !== stored.sha1) reasons.push('samples differ')
  if (!near(stored.min, min, lossy ? 2 : 0)) reasons.push(`min ${stored.min}, not ${min}`)
  if (!near(stored.max, max, lossy ? 2 : 0)) reasons.push(`max ${stored.max}, not ${max}`)
  // The manifest's means are rounded to four places.
  if (!near(stored.mean, reference.mean, lossy ? 2 : 1e-3))
    reasons.push(`mean ${stored.mean}, not ${reference.mean}`)
  if (reference.mod_min !== null && reference.mod_max !== null) {
    const slope = reference.RescaleSlope === '' ? 1 : Number(reference.RescaleSlope)
    const same = (a: number, b: number): boolean => (lossy ? near(a, b, 2 * slope) : relative(a, b))
    if (!same(modality.min, reference.mod_min) || !same(modality.max, reference.mod_max))
      reasons.push(
        `modality ${modality.min}..${modality.max}, not ${reference.mod_min}..${reference.mod_max}`,
      )
  }
  if (reference.voi_min !== null && reference.voi_max !== null) {
    const given = reference.WindowWidth !== '' || reference.VOILUTSeq
    const lutTop = reference.VOILUTSeq ? (reference.voi_max > 4095 ? 65_535 : 4095) : undefined
    const at = (value: number): number => (given ? referenceVoi(reference, value, lutTop) : value)
    const by = lossy ? 4 : 1e-3 * Math.max(1, Math.abs(reference.voi_max))
    if (!near(voi.min, at(reference.voi_min), by) || !near(voi.max, at(reference.voi_max), by))
      reasons.push(`VOI ${voi.min}..${voi.max}, not ${at(reference.voi_min)}..${at(reference.voi_max)}`)
  }
  return reasons
}

/** True for a file whose samples the reference has. */
export const isDecodable = (reference: Reference): boolean =>
  reference.min !== null || reference.gdcm_min !== null

/** Files whose picture is there and cannot be had, and what is no DICOM: each with its own code. */
const REFUSED_WITH: Record<string, ErrorCode> = {
  'corrupt__ts.1__RGB_8u__FreezePattern.dcm': 'DICOM_CORRUPT',
  'corrupt__ts.4.50__YBR_FULL_422_8u__DIRW0007.dcm': 'DICOM_CORRUPT',
  'undecodable__ts.4.50__YBR_FULL_422_8u__multiframe.dcm': 'DICOM_CORRUPT',
  'undecodable__none__NA_0u__meta_missing_tsyntax.dcm': 'DICOM_CORRUPT',
  'undecodable__ts__NA_0u__nested_priv_SQ.dcm': 'DICOM_CORRUPT',
  'undecodable__ts.5__MONOCHROME2_1u__liver_rle.dcm': 'IMAGE_TRUNCATED',
  'undecodable__ts.5__MONOCHROME2_1u__liver_nonbyte_aligned_rle.dcm': 'IMAGE_TRUNCATED',
  'special__ts.4.90__NA_0u__emri_small_jpeg_2k_lossless_too_short.dcm': 'IMAGE_TRUNCATED',
  'special__none__NA_0u__README.dcm': 'FORMAT_MISMATCH',
  'nometa__none__NA_0u__no_meta.dcm': 'FORMAT_MISMATCH',
}

/** The code a file without samples must be refused with: all others hold no picture. */
export function expectedRefusal(reference: Reference): ErrorCode {
  return REFUSED_WITH[reference.file] ?? 'DICOM_NO_PIXELS'
}

/** Decodes one file and judges it. A file without a reference must be refused, for the right reason. */
export async function judge(folder: string, reference: Reference): Promise<Verdict> {
  const bytes = new Uint8Array(readFileSync(join(folder, 'dicom', reference.file)))
  const decodable = isDecodable(reference)
  let report: DecodeReport
  try {
    report = await describeImage(await openImage(reference.file, bytes))
  } catch (error) {
    const problem = problemOf(error)
    if (decodable)
      return { kind: 'wrong', reasons: [`refused: ${problem.code} ${problem.detail ?? problem.message}`] }
    const expected = expectedRefusal(reference)
    if (problem.code !== expected)
      return {
        kind: 'wrong',
        reasons: [`refused with ${problem.code}, not ${expected}: ${problem.detail ?? ''}`],
      }
    return { kind: 'refused', problem }
  }
  if (!decodable) return { kind: 'wrong', reasons: ['decoded, where the reference has no picture'] }
  const reasons = compare(reference, report)
  if (reasons.length > 0) return { kind: 'wrong', reasons }
  return { kind: 'right', exact: reference.sha1 === report.stored.sha1, report }
}
