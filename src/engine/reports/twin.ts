/** The report's machine-readable twin: what was asked, of what, and what came back; attached to the PDF. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { contributionsSchema } from '@shared/domain/explanation.js'
import { closenessSchema, evidenceSchema, filtersSchema } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'

export const TWIN_NAME = 'hilum-report.json'

const reportedHitSchema = z.object({
  rank: z.number().int(),
  /** Pseudonym of the patient. */
  patient: z.string(),
  /** Pseudonymous key of the case: see `Pseudonyms.caseKey`. */
  key: z.string(),
  findings: z.array(z.string()),
  /** Cosine. */
  score: z.number(),
  closeness: closenessSchema.optional(),
  source: z.string().optional(),
  sex: z.string().optional(),
  age: z.number().optional(),
  view: z.string().optional(),
  synthetic: z.boolean(),
})

const bodySchema = z.object({
  schema: z.literal('hilum-report/1'),
  createdAt: z.string(),
  hilum: z.string(),
  notice: z.string(),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  deidentified: z.boolean(),
  query: z.object({
    /** Of the file, and of its decoded samples. */
    sha256: z.string(),
    pixelSha256: z.string(),
    rows: z.number().int(),
    columns: z.number().int(),
    bitsStored: z.number().int(),
    kind: z.string(),
    patient: z
      .object({
        id: z.string().optional(),
        name: z.string().optional(),
        sex: z.string().optional(),
        age: z.number().optional(),
        studyDate: z.string().optional(),
        studyInstanceUid: z.string().optional(),
      })
      .optional(),
    /** Unit vector, little-endian float32 in base64: the search can be run again without the image. */
    embedding: z.string(),
    inDistribution: z.boolean().optional(),
    pValue: z.number().optional(),
    /** Keys of the cases of the query's patient that the evidence passed over; absent in reports of earlier versions. */
    passedOver: z.array(z.string()).optional(),
  }),
  asked: z.object({ k: z.number().int().min(1).max(20), filters: filtersSchema.optional() }),
  model: z.object({ id: z.string(), name: z.string(), sha256: z.string(), dimension: z.number().int() }),
  library: z.object({
    cases: z.number().int(),
    images: z.number().int(),
    sha256: z.string(),
    indexKind: z.string(),
    synthetic: z.boolean(),
  }),
  /** The ranking the evidence counts, best first. */
  hits: z.array(reportedHitSchema),
  /** Keys of the cases shown. */
  shown: z.array(z.string()),
  contrast: z.array(reportedHitSchema),
  evidence: z.array(evidenceSchema),
  explanation: z
    .object({
      key: z.string(),
      score: z.number(),
      grid: z.tuple([z.number().int(), z.number().int()]),
      contributions: z.array(z.number()),
      caseContributions: z.array(z.number()),
      receptiveField: z.number(),
      /** Absent where the map was not checked. */
      fidelity: contributionsSchema.shape.fidelity,
    })
    .optional(),
  notes: z.array(z.object({ patient: z.string(), text: z.string() })),
  comment: z.string().optional(),
})
export type TwinBody = z.infer<typeof bodySchema>
export type ReportedHit = z.infer<typeof reportedHitSchema>

const digestOf = (body: string) => createHash('sha256').update(body).digest('hex')

/** JSON with a SHA-256 over the rest in its last line. */
export function twinBytes(body: TwinBody): Uint8Array {
  const text = JSON.stringify(body, undefined, 1)
  return Buffer.from(`${text.slice(0, -2)},\n "sha256": "${digestOf(text)}"\n}\n`)
}

/** @throws HilumError REPORT_UNREADABLE when it is not ours or was changed */
export function parseTwin(bytes: Uint8Array): TwinBody {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw new HilumError('REPORT_UNREADABLE', undefined, { cause })
  }
  if (typeof parsed !== 'object' || parsed === null) throw new HilumError('REPORT_UNREADABLE')
  const { sha256, ...rest } = parsed as Record<string, unknown>
  if (digestOf(JSON.stringify(rest, undefined, 1)) !== sha256)
    throw new HilumError('REPORT_UNREADABLE', 'The data in this PDF was changed after the report was made.')
  const body = bodySchema.safeParse(rest)
  if (!body.success) throw new HilumError('REPORT_UNREADABLE', undefined, { cause: body.error })
  return body.data
}

export function packVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}

/** @throws HilumError REPORT_UNREADABLE for another length than `dimension` or values that are no numbers */
export function unpackVector(text: string, dimension: number): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== dimension * 4) throw new HilumError('REPORT_UNREADABLE')
  const vector = Float32Array.from({ length: dimension }, (_, i) => bytes.readFloatLE(i * 4))
  if (!vector.every(Number.isFinite)) throw new HilumError('REPORT_UNREADABLE')
  return vector
}
