/** The words of the domain, as zod schemas and types. Field's terms; DICOM attributes keep their keywords. */
import { z } from 'zod'
import { problemSchema } from './errors.js'

const id = z.string().min(1).max(200)
const fraction = z.number().min(0).max(1)

/** A finding's name as the library carries it, upper case (`NORMAL`, `PNEUMONIA`, …); none recorded is an empty list. */
export const findingSchema = z.string().min(1).max(120)

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

export const closenessSchema = z.enum(['very close', 'close', 'near', 'distant'])

export const hitSchema = z.object({
  rank: z.number().int().min(1),
  caseId: id,
  imageId: id,
  file: z.string(),
  findings: z.array(findingSchema),
  /** Cosine before any re-ranking term. */
  score: z.number(),
  /** Re-ranking terms by name, absent when there are none. */
  terms: z.record(z.string(), z.number()).optional(),
  /** Against this library's own distances. */
  closeness: closenessSchema.optional(),
  source: z.string().optional(),
  study: studyFactsSchema,
  synthetic: z.boolean(),
  notes: z.number().int(),
})
export type Hit = z.infer<typeof hitSchema>

/** Counts of one finding among the hits and how often such cases carried it in this library. */
export const evidenceSchema = z.object({
  finding: findingSchema,
  count: z.number().int(),
  of: z.number().int(),
  sameLabel: fraction.optional(),
  n: z.number().int().optional(),
  low: fraction.optional(),
  high: fraction.optional(),
})
export type Evidence = z.infer<typeof evidenceSchema>

export const filtersSchema = z.object({
  findings: z.array(findingSchema).optional(),
  sources: z.array(z.string()).optional(),
  sexes: z.array(z.enum(['F', 'M', 'O'])).optional(),
  ageMin: z.number().optional(),
  ageMax: z.number().optional(),
  /** Laterals and what is no chest are left out unless this is false, `views` names them, or the query is such an image. */
  frontalOnly: z.boolean().optional(),
  /** ViewPosition as recorded: PA, AP … */
  views: z.array(z.string()).optional(),
  /** Study dates, ISO 8601, both included. */
  dateFrom: z.string().max(10).optional(),
  dateTo: z.string().max(10).optional(),
  /** Leaves out cases whose PatientID is the query's. */
  otherPatientsOnly: z.boolean().optional(),
})
export type Filters = z.infer<typeof filtersSchema>

const weight = z.number().min(-2).max(2)
/** Sources beside the image. Weights are relative to the image's, which is 1. */
export const refinementSchema = z
  .object({
    /** False leaves the image itself out of the ranking. */
    image: z.boolean().optional(),
    /** More like these images of the library, or less where the weight is negative. */
    examples: z
      .array(z.object({ imageId: id, weight }))
      .max(10)
      .optional(),
    /** More of what the words say in an image, or less. */
    concepts: z
      .array(z.object({ text: z.string().min(1).max(300), weight }))
      .max(5)
      .optional(),
    /** Cases whose notes say these words. */
    notes: z.object({ text: z.string().min(1).max(300), weight: z.number().min(0).max(2) }).optional(),
  })
  .strict()
export type Refinement = z.infer<typeof refinementSchema>
/** How the sources of a refined search weighed in. */
export const fusionSchema = z.object({
  /** Share of the ranking that each source decided, summing to 1. */
  shares: z.array(z.object({ name: z.string(), share: fraction })),
  /** Sources that could not be used, and why. */
  declined: z.array(z.object({ text: z.string(), reason: z.string() })),
  milliseconds: z.number(),
})
export type Fusion = z.infer<typeof fusionSchema>

/** How a picture would have to be changed to look like the library's. */
export const misfitSchema = z.enum(['inverted', 'turned left', 'turned right', 'upside down'])
export type Misfit = z.infer<typeof misfitSchema>

const timings = z.object({ decode: z.number(), encode: z.number(), search: z.number(), total: z.number() })

export const imageSearchSchema = z.object({
  query: z.object({
    sha256: z.string(),
    rows: z.number().int(),
    columns: z.number().int(),
    /** Absent until the library is large enough to calibrate. */
    inDistribution: z.boolean().optional(),
    pValue: fraction.optional(),
    reason: z.string().optional(),
    /** Set where the image would be an ordinary one if it were changed so. */
    looks: misfitSchema.optional(),
    /** What else the reader should know of this query and this library, in sentences. */
    remarks: z.array(z.string()).optional(),
    /** The same image in the library, left out of `hits`. */
    inLibrary: z.object({ caseId: id, imageId: id }).optional(),
  }),
  hits: z.array(hitSchema),
  evidence: z.array(evidenceSchema),
  /** Nearest cases whose findings differ from the majority of `hits`. */
  contrast: z.array(hitSchema),
  /** Why there is no evidence, in words, when `evidence` is empty. */
  evidenceNote: z.string().optional(),
  /** Present when the search was refined. */
  fusion: fusionSchema.optional(),
  /** Cases left after filters, and with each single filter removed: `{ "findings": 214 }`. */
  searched: z.number().int(),
  withoutFilter: z.record(z.string(), z.number().int()).optional(),
  milliseconds: timings,
})
export type ImageSearch = z.infer<typeof imageSearchSchema>

export const textSearchSchema = z.object({
  query: z.object({
    text: z.string(),
    abstained: z.boolean(),
    reason: z.string().optional(),
    understoodAs: z.array(z.string()).optional(),
  }),
  hits: z.array(hitSchema),
  milliseconds: z.number(),
})
export type TextSearch = z.infer<typeof textSearchSchema>

/** `snippet` marks hits with U+E000 … U+E001; everything else is plain text. */
export const noteHitSchema = z.object({
  caseId: id,
  noteId: id,
  snippet: z.string(),
  score: z.number(),
  findings: z.array(findingSchema),
  imageId: id.optional(),
  negated: z.boolean().optional(),
})
export const noteSearchSchema = z.object({
  hits: z.array(noteHitSchema),
  total: z.number().int(),
  /** Only where the words are so common that not all were ranked: the newest that were, before the others. */
  rankedAmong: z.number().int().optional(),
  milliseconds: z.number(),
})
export type NoteSearch = z.infer<typeof noteSearchSchema>

export const noteSchema = z.object({
  noteId: id,
  caseId: id,
  text: z.string(),
  author: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  revisions: z.number().int(),
})
export type Note = z.infer<typeof noteSchema>

/** A case is one study of one patient (or a single labelled image). */
export const caseRowSchema = z.object({
  caseId: id,
  /** Number shown to people: `case-0042`. */
  number: z.string(),
  imageId: id,
  findings: z.array(findingSchema),
  source: z.string().optional(),
  study: studyFactsSchema,
  view: viewKindSchema,
  images: z.number().int(),
  notes: z.number().int(),
  synthetic: z.boolean(),
  importedAt: z.string(),
})
export type CaseRow = z.infer<typeof caseRowSchema>

export const caseDetailSchema = caseRowSchema.extend({
  licence: z.string().optional(),
  sourceUrl: z.string().optional(),
  imageList: z.array(z.object({ imageId: id, facts: fileFactsSchema, view: viewKindSchema })),
  noteList: z.array(noteSchema),
})
export type CaseDetail = z.infer<typeof caseDetailSchema>

export const libraryInfoSchema = z.object({
  path: z.string(),
  name: z.string(),
  cases: z.number().int(),
  images: z.number().int(),
  patients: z.number().int(),
  findings: z.record(z.string(), z.number().int()),
  sources: z.record(z.string(), z.number().int()),
  model: z.string(),
  indexKind: z.string(),
  indexVectors: z.number().int(),
  schemaVersion: z.number().int(),
  bytes: z.number().int(),
  readOnly: z.boolean(),
  /** Who holds it when `readOnly` for that reason. */
  heldBy: z.string().optional(),
  synthetic: z.boolean(),
  /** The library carries a sample study, in no case of it, that `query.openSample` opens. */
  sample: z.boolean().optional(),
})
export type LibraryInfo = z.infer<typeof libraryInfoSchema>

/** One entry of the audit log; `hash` covers it and `previous`, the hash of the one before it. */
export const auditEntrySchema = z.object({
  entry: z.number().int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  previous: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

export const importResultSchema = z.object({
  imported: z.number().int(),
  duplicates: z.number().int(),
  failures: z.array(failureSchema),
  cases: z.number().int(),
  images: z.number().int(),
  seconds: z.number(),
  cancelled: z.boolean().optional(),
})
export type ImportResult = z.infer<typeof importResultSchema>

/** Progress of a long call. `done` of `total` (absent while counting); rate per second. */
export const progressSchema = z.object({
  phase: z.string(),
  done: z.number(),
  total: z.number().optional(),
  rate: z.number().optional(),
  /** Latest file or step. */
  item: z.string().optional(),
  imported: z.number().int().optional(),
  duplicates: z.number().int().optional(),
  failures: z.array(failureSchema).optional(),
})
export type Progress = z.infer<typeof progressSchema>

const bin = z.object({
  n: z.number().int(),
  /** Mean of what was said of these cases, and the share that carried the finding, with its 95 % interval. */
  stated: fraction,
  observed: fraction,
  low: fraction,
  high: fraction,
})
const reliabilityLine = z.object({ error: z.number(), bins: z.array(bin) })
/** Stated against observed, of cases left out: the bare share of the neighbours before, the calibrated share after. */
export const reliabilitySchema = z.object({
  n: z.number().int(),
  before: reliabilityLine,
  after: reliabilityLine,
})
export type Reliability = z.infer<typeof reliabilitySchema>

const share = z.object({ value: fraction, low: fraction, high: fraction })
/** The library measured by its own cases, in the background. Images the model was taught are never asked. */
export const healthSchema = z.object({
  /** `measuring` while figures are brought up to date: those shown are the former ones. */
  state: z.enum(['none', 'measuring', 'ready']),
  done: z.number().int().optional(),
  total: z.number().int().optional(),
  measuredAt: z.string().optional(),
  cases: z.number().int(),
  /** Images left out in turn; of these new to the model. */
  asked: z.number().int(),
  fresh: z.number().int(),
  taught: z.number().int(),
  precision: z
    .object({
      n: z.number().int(),
      at: z.record(z.string(), share),
      perFinding: z.record(z.string(), z.object({ n: z.number().int(), at1: fraction })),
    })
    .optional(),
  reliability: reliabilitySchema.optional(),
  copies: z.object({
    pairs: z.number().int(),
    contradict: z.number().int(),
    shown: z.array(z.object({ a: id, b: id, samePatient: z.boolean(), contradict: z.boolean() })),
  }),
  patients: z.object({
    known: z.number().int(),
    withSeveral: z.number().int(),
    /** Of so many images with a known patient the nearest was of the same patient. */
    asked: z.number().int(),
    samePatientFirst: z.number().int(),
  }),
  /** Cases by finding, sex, age, view, source and year of study. */
  groups: z.object({
    finding: z.record(z.string(), z.number().int()),
    sex: z.record(z.string(), z.number().int()),
    age: z.record(z.string(), z.number().int()),
    view: z.record(z.string(), z.number().int()),
    source: z.record(z.string(), z.number().int()),
    year: z.record(z.string(), z.number().int()),
  }),
  /** By day of import: cases, those asked, and from 30 on their precision at 1 and the median score of the nearest. */
  drift: z.array(
    z.object({
      importedOn: z.string(),
      cases: z.number().int(),
      n: z.number().int(),
      precision: share.optional(),
      nearest: z.number().optional(),
    }),
  ),
  /** Precision at 1 of cases left out, after each change. */
  history: z.array(
    z.object({
      at: z.string(),
      cases: z.number().int(),
      model: z.string(),
      value: fraction,
      low: fraction,
      high: fraction,
    }),
  ),
  remarks: z.array(z.string()),
})
export type Health = z.infer<typeof healthSchema>

/** An impression noted before the hits were shown, and what the nearest cases carried. */
export const readingSchema = z.object({
  at: z.string(),
  /** Of the image's file: no name, no patient. */
  sha256: z.string().max(64),
  library: z.string().max(200),
  impression: findingSchema,
  confidence: z.enum(['unsure', 'likely', 'certain']),
  text: z.string().max(500).optional(),
  /** What most of the nearest cases carry; absent without evidence. */
  majority: findingSchema.optional(),
  count: z.number().int().optional(),
  of: z.number().int().optional(),
})
export type Reading = z.infer<typeof readingSchema>

const interval = z.tuple([z.number(), z.number()])
/** One image of an answer on the wall. `same`: it carries what was asked for. */
const wallHit = z.object({
  file: z.string(),
  imageId: z.string().optional(),
  queryId: z.string().optional(),
  finding: findingSchema,
  same: z.boolean(),
  score: z.number(),
})
export const evaluationSchema = z.object({
  model: z.object({ id: z.string(), sha256: z.string() }),
  gallery: z.object({
    path: z.string(),
    images: z.number().int(),
    perClass: z.record(z.string(), z.number().int()),
  }),
  queries: z.object({
    path: z.string(),
    images: z.number().int(),
    perClass: z.record(z.string(), z.number().int()),
    /** Queries that the model was trained on, by the list in its pack; absent where it knows of none. */
    taught: z.number().int().optional(),
    /** Queries whose file or pixels lie in the gallery too; absent where none does. */
    inGallery: z.number().int().optional(),
  }),
  precisionAt: z.record(z.string(), z.number()),
  hitAt: z.record(z.string(), z.number()),
  map: z.number(),
  vote: z.object({ k: z.number().int(), accuracy: z.number() }),
  perClass: z.record(
    z.string(),
    z.object({
      queries: z.number().int(),
      precisionAt: z.record(z.string(), z.number()),
      hitAt: z.record(z.string(), z.number()),
      map: z.number(),
      vote: z.number(),
      /** Of the precision, by k. */
      interval95: z.record(z.string(), interval),
    }),
  ),
  interval95: z.record(z.string(), interval),
  failures: z.array(failureSchema),
  seconds: z.number(),
  /** One entry a query, present where the caller asked for the wall. */
  wall: z
    .array(
      z.object({
        file: z.string(),
        queryId: z.string().optional(),
        imageId: z.string().optional(),
        truth: findingSchema,
        hits: z.array(wallHit),
        precision: z.number(),
      }),
    )
    .optional(),
})
export type Evaluation = z.infer<typeof evaluationSchema>

/** One line of a file of text queries: what it should find, or that nothing can be found by it. */
export const textQuerySchema = z.union([
  z.object({ text: z.string().trim().min(1), relevant: z.array(findingSchema).min(1) }).strict(),
  z.object({ text: z.string().trim().min(1), abstain: z.literal(true) }).strict(),
])
export type TextQuery = z.infer<typeof textQuerySchema>

export const textEvaluationSchema = z.object({
  model: evaluationSchema.shape.model,
  gallery: evaluationSchema.shape.gallery,
  queries: z.object({ path: z.string(), count: z.number().int() }),
  /** Means over the queries that have an answer; one that was declined counts as 0. */
  precisionAt: z.record(z.string(), z.number()),
  /** Absent when no query of the file has an answer. */
  ndcgAt10: z.number().optional(),
  /** Queries that have an answer: how many got one. */
  answered: z.object({ count: z.number().int(), of: z.number().int() }),
  /** Queries that have none: how many were declined. */
  abstain: z.object({ correct: z.number().int(), of: z.number().int() }),
  perQuery: z.array(
    z.object({
      text: z.string(),
      relevant: z.array(findingSchema).optional(),
      /** Present for queries that should be declined. */
      abstain: z.literal(true).optional(),
      abstained: z.boolean(),
      precisionAt: z.record(z.string(), z.number()).optional(),
      ndcgAt10: z.number().optional(),
      /** The nearest ten, present where the caller asked for the wall and the query was answered. */
      hits: z.array(wallHit).optional(),
    }),
  ),
  failures: z.array(failureSchema),
  seconds: z.number(),
})
export type TextEvaluation = z.infer<typeof textEvaluationSchema>

export const contributionsSchema = z.object({
  score: z.number(),
  /** Patch rows, columns. */
  grid: z.tuple([z.number().int(), z.number().int()]),
  /** Query patches' shares of the score, row by row; they sum to `score`. */
  contributions: z.array(z.number()),
  sum: z.number(),
  /** The case's patches' shares of the same score. */
  caseContributions: z.array(z.number()),
  /** Index of the case's best-matching patch for each query patch. */
  matches: z.array(z.number().int()),
  /** Fraction of the image's side that one patch sees. */
  receptiveField: z.number(),
  /** Against a second case: the difference of the two scores, and the query's patches' shares of it. */
  difference: z.object({ score: z.number(), shares: z.array(z.number()) }).optional(),
  /** `weights`: rank correlation (its size) with the maps that shuffled weights give, their mean; absent where they give none. */
  fidelity: z
    .object({
      deletion: z.number(),
      insertion: z.number(),
      random: z.number(),
      weights: z.number().optional(),
    })
    .optional(),
})
export type Contributions = z.infer<typeof contributionsSchema>

export const decodeReportSchema = z.object({
  kind: z.string(),
  transferSyntax: z.string().optional(),
  photometric: z.string(),
  rows: z.number().int(),
  columns: z.number().int(),
  frames: z.number().int(),
  samplesPerPixel: z.number().int(),
  bitsStored: z.number().int(),
  signed: z.boolean(),
  stored: z.object({ min: z.number(), max: z.number(), mean: z.number(), sha1: z.string() }),
  modality: z.object({ min: z.number(), max: z.number() }),
  voi: z.object({ min: z.number(), max: z.number() }),
  warnings: z.array(z.string()),
})
export type DecodeReport = z.infer<typeof decodeReportSchema>

/** Everything the viewer needs of one frame. `pixels` are stored values after the modality step is undone by slope/intercept. */
export const viewerFrameSchema = z.object({
  rows: z.number().int(),
  columns: z.number().int(),
  frame: z.number().int(),
  frames: z.number().int(),
  /** grey: Int16 or Uint16 little-endian modality values scaled by `slope`/`intercept`; rgb: 8-bit interleaved. */
  format: z.enum(['int16', 'uint16', 'rgb8']),
  pixels: z.instanceof(Uint8Array),
  slope: z.number(),
  intercept: z.number(),
  /** PS3.3 C.11.2: first window, or the robust one for images without any. */
  windows: z.array(
    z.object({
      center: z.number(),
      width: z.number(),
      function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
      explanation: z.string().optional(),
    }),
  ),
  /** First VOI LUT: output for each input from `first`, scaled 0..1. */
  voiLut: z.object({ first: z.number(), values: z.array(z.number()) }).optional(),
  /** MONOCHROME1 or an inverse presentation LUT: white is low. */
  inverted: z.boolean(),
  pixelPadding: z.number().optional(),
  /** Millimetres per pixel row, column, with where they come from; "detector" unless calibrated (PS3.3 10.7). */
  spacing: z
    .object({ row: z.number(), column: z.number(), kind: z.enum(['patient', 'detector', 'calibrated']) })
    .optional(),
  aspect: z.number(),
  orientation: z.tuple([z.string(), z.string()]).optional(),
  synthetic: z.boolean(),
  originalResolution: z.boolean(),
})
export type ViewerFrame = z.infer<typeof viewerFrameSchema>

export const tagSchema = z.object({
  tag: z.string(),
  keyword: z.string(),
  vr: z.string(),
  value: z.string(),
  depth: z.number().int(),
  identifying: z.boolean(),
})
export type Tag = z.infer<typeof tagSchema>

export const doctorSchema = z.object({
  ok: z.boolean(),
  versions: z.object({
    hilum: z.string(),
    node: z.string(),
    electron: z.string().optional(),
    sqlite: z.string(),
    faiss: z.string(),
    onnxruntime: z.string(),
  }),
  encoder: z.object({ id: z.string(), sha256: z.string(), provider: z.string() }).optional(),
  providers: z.array(
    z.object({
      name: z.string(),
      available: z.boolean(),
      reason: z.string(),
      /** Of one 224 x 224 image, median. */
      milliseconds: z.number().optional(),
    }),
  ),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
})
export type Doctor = z.infer<typeof doctorSchema>

export const modelRowSchema = z.object({
  id,
  name: z.string(),
  sha256: z.string(),
  inUse: z.boolean(),
  towers: z.array(z.enum(['image', 'text'])),
  dimension: z.number().int(),
  ok: z.boolean(),
  reason: z.string().optional(),
})
export type ModelRow = z.infer<typeof modelRowSchema>

/** A change of model under way in the background, or why the last one ended early. The model before serves until it is done. */
export const modelSwitchSchema = z.object({
  id,
  name: z.string(),
  state: z.enum(['encoding', 'failed', 'cancelled']),
  done: z.number().int(),
  total: z.number().int(),
  problem: problemSchema.optional(),
})
export type ModelSwitchState = z.infer<typeof modelSwitchSchema>
