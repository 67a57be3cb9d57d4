/** Pictures and what is known of them: where bytes come from, header and file facts, opened studies. DICOM attributes keep their keywords. */
import { z } from 'zod'
import { problemSchema } from '../errors.js'
import { fraction, id } from './common.js'

/** Where bytes come from. Paths reach the engine only from a host that may use them (see preload and web). */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: z.string().min(1).max(32_768) }),
  z.object({
    kind: z.literal('bytes'),
    /** Name with the folder it was dropped in, `/`-separated. Never used as a path on disk. */
    name: z.string().min(1).max(4096),
    bytes: z.instanceof(Uint8Array),
  }),
])
export type Source = z.infer<typeof sourceSchema>

/** One picture the viewer or search may speak of: an opened query or an image of the library. */
export const imageRefSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('query'), queryId: id }),
  z.object({ kind: z.literal('image'), imageId: id }),
])
export type ImageRef = z.infer<typeof imageRefSchema>

/** x, y, width, height as fractions of the frame, origin top left. */
export const regionSchema = z.object({ x: fraction, y: fraction, width: fraction, height: fraction })
export type Region = z.infer<typeof regionSchema>

export const viewKindSchema = z.enum(['frontal', 'lateral', 'other', 'unknown'])
export type ViewKind = z.infer<typeof viewKindSchema>

/** What the header says of patient, study and acquisition. Absent means not recorded. */
export const studyFactsSchema = z.object({
  patientId: z.string().optional(),
  patientName: z.string().optional(),
  patientSex: z.enum(['F', 'M', 'O']).optional(),
  /** Years; fractions for infants. */
  patientAge: z.number().optional(),
  /** ISO 8601 date. */
  studyDate: z.string().optional(),
  studyDescription: z.string().optional(),
  modality: z.string().optional(),
  bodyPart: z.string().optional(),
  viewPosition: z.string().optional(),
  studyInstanceUid: z.string().optional(),
  seriesInstanceUid: z.string().optional(),
  sopInstanceUid: z.string().optional(),
})
export type StudyFacts = z.infer<typeof studyFactsSchema>

/** What the file itself is. */
export const fileFactsSchema = z.object({
  /** Display name: base name, or the entry's path inside its container. */
  file: z.string(),
  kind: z.enum(['dicom', 'png', 'jpeg', 'tiff', 'bmp', 'npz']),
  rows: z.number().int(),
  columns: z.number().int(),
  frames: z.number().int(),
  bitsStored: z.number().int(),
  photometric: z.string(),
  transferSyntax: z.string().optional(),
  bytes: z.number().int(),
  sha256: z.string(),
  /** Drawn, not taken of a person: shown as SYNTHETIC and kept out of clinical figures. */
  synthetic: z.boolean(),
  warnings: z.array(z.string()),
})
export type FileFacts = z.infer<typeof fileFactsSchema>

/** An image opened as a query; the engine keeps it until it is pushed out by newer ones. */
export const openedImageSchema = z.object({
  queryId: id,
  facts: fileFactsSchema,
  study: studyFactsSchema,
  view: viewKindSchema,
  /** The view was recognised from the picture: nothing in the file says it. */
  viewSeen: z.literal(true).optional(),
  /** Reasons beside the statistics why this may be outside what the model knows (age, view, modality, body part). */
  cautions: z.array(z.string()),
})
export type OpenedImage = z.infer<typeof openedImageSchema>

export const failureSchema = z.object({
  file: z.string(),
  code: problemSchema.shape.code,
  message: z.string(),
  remedy: z.string(),
})
export type Failure = z.infer<typeof failureSchema>

/** Dropped files as patient -> study -> series -> instance, in reading order. */
export const openedStudySchema = z.object({
  patientKey: z.string(),
  studyKey: z.string(),
  facts: studyFactsSchema,
  series: z.array(
    z.object({
      seriesKey: z.string(),
      description: z.string().optional(),
      images: z.array(openedImageSchema),
    }),
  ),
})

export const openedSchema = z.object({
  studies: z.array(openedStudySchema),
  /** The image to search first: a frontal by ViewPosition, then by shape; absent when nothing opened. */
  primary: id.optional(),
  /** Set when `primary` is no frontal or several patients are mixed. */
  notice: problemSchema.optional(),
  failures: z.array(failureSchema),
})
export type Opened = z.infer<typeof openedSchema>
