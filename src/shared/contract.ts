/**
 * The contract: every call's input and output and every event, once. Hosts and transports only carry it;
 * the engine's dispatcher validates by it. Adding a call means adding a line here and a service behind it.
 */
import { z } from 'zod'
import { findingSchema } from './domain/common.js'
import { evaluationSchema, textEvaluationSchema } from './domain/evaluation.js'
import { contributionsSchema } from './domain/explanation.js'
import { imageRefSchema, openedSchema, regionSchema, sourceSchema } from './domain/images.js'
import { doctorSchema, modelRowSchema, modelSwitchSchema } from './domain/installation.js'
import {
  auditEntrySchema,
  caseDetailSchema,
  caseRowSchema,
  importResultSchema,
  libraryInfoSchema,
  progressSchema,
} from './domain/library.js'
import { healthSchema, readingSchema } from './domain/measuring.js'
import { noteSchema, noteSearchSchema } from './domain/notes.js'
import { filtersSchema, imageSearchSchema, refinementSchema, textSearchSchema } from './domain/search.js'
import { decodeReportSchema, tagSchema, viewerFrameSchema } from './domain/viewer.js'
import { problemSchema } from './errors.js'
import { LIMITS } from './limits.js'

const id = z.string().min(1).max(200)
const path = z.string().min(1).max(32_768)
const empty = z.object({}).strict()
const text = z.string().max(LIMITS.textCharacters * 64)
const k = z.number().int().min(1).max(LIMITS.searchK)
const maintained = z.object({
  ok: z.boolean(),
  images: z.number().int(),
  seconds: z.number(),
  bytes: z.number().int(),
})

const modelRows = z.object({ models: z.array(modelRowSchema) })

/** `long` calls report progress and can be cancelled; `writes` calls need a writable library. */
function call<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  traits: { long?: true; writes?: true } = {},
) {
  return { input, output, ...traits }
}

export const contract = {
  'engine.status': call(
    empty,
    z.object({
      version: z.string(),
      library: libraryInfoSchema.optional(),
      model: z
        .object({
          id: z.string(),
          name: z.string(),
          sha256: z.string(),
          dimension: z.number().int(),
          towers: z.array(z.enum(['image', 'text'])),
          /** What the pack says it knows and cannot know; the first sentence stands beside all evidence. */
          limits: z.array(z.string()).optional(),
          population: z.string().optional(),
        })
        .optional(),
      provider: z
        .object({ name: z.string(), threads: z.number().int(), note: z.string().optional() })
        .optional(),
      modelSwitch: modelSwitchSchema.optional(),
      problem: problemSchema.optional(),
    }),
  ),
  'engine.doctor': call(empty, doctorSchema),

  /**
   * Opens (or with `create` makes) the library in a folder; without a path the user's default one. `readOnly: 'whenHeld'`
   * opens one that another process writes for reading, instead of LIBRARY_HELD.
   */
  'library.open': call(
    z
      .object({
        path: path.optional(),
        create: z.boolean().optional(),
        readOnly: z.union([z.boolean(), z.literal('whenHeld')]).optional(),
      })
      .strict(),
    libraryInfoSchema,
  ),
  /** Makes the synthetic demo library where it is missing, then opens it. */
  'library.openDemo': call(empty, libraryInfoSchema, { long: true }),
  'library.recent': call(
    empty,
    z.object({
      libraries: z.array(
        z.object({ path: z.string(), name: z.string(), cases: z.number().int(), synthetic: z.boolean() }),
      ),
    }),
  ),
  'library.info': call(empty, libraryInfoSchema),
  /** What the library's own cases say of it: at once, from what the background has worked out so far. */
  'library.health': call(empty, healthSchema),
  'library.check': call(
    empty,
    z.object({
      ok: z.boolean(),
      problems: z.array(z.object({ code: z.string(), message: z.string() })),
      repaired: z.array(z.string()),
    }),
    { long: true },
  ),
  'library.rebuild': call(empty, maintained, { long: true, writes: true }),
  'library.backup': call(z.object({ path }).strict(), maintained, { long: true }),
  'library.restore': call(z.object({ path }).strict(), maintained, { long: true, writes: true }),

  /** Who did what, newest first. Also checks the whole chain of hashes. */
  'audit.list': call(
    z.object({ offset: z.number().int().min(0), limit: z.number().int().min(1).max(100_000) }).strict(),
    z.object({
      total: z.number().int(),
      entries: z.array(auditEntrySchema),
      /** Number of the first entry that was changed, removed or put in; absent while the chain holds. */
      firstBroken: z.number().int().optional(),
    }),
  ),

  'import.run': call(
    z
      .object({
        sources: z.array(sourceSchema).min(1).max(100_000),
        labels: sourceSchema.optional(),
        sourceName: z.string().max(200).optional(),
        /** Class names by label value for an NPZ that is not PneumoniaMNIST. */
        classes: z.array(findingSchema).optional(),
        /** File to which each image's id is appended, one line, once it is committed. Scripts only: no window may name it. */
        ackPath: path.optional(),
      })
      .strict(),
    importResultSchema,
    { long: true, writes: true },
  ),
  /** PneumoniaMNIST from MedMNIST: resumed, checksummed, then imported. The only call that reaches the network. */
  'import.pneumoniaMnist': call(
    z.object({ size: z.union([z.literal(28), z.literal(224)]) }).strict(),
    importResultSchema,
    { long: true, writes: true },
  ),

  'cases.list': call(
    z
      .object({
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(500),
        words: z.string().max(500).optional(),
        filters: filtersSchema.optional(),
        sort: z
          .enum(['number', 'finding', 'patient', 'age', 'view', 'date', 'source', 'notes', 'imported'])
          .optional(),
        descending: z.boolean().optional(),
      })
      .strict(),
    z.object({ total: z.number().int(), rows: z.array(caseRowSchema) }),
  ),
  'cases.get': call(z.object({ caseId: id }).strict(), caseDetailSchema),
  'cases.setFindings': call(
    z.object({ caseId: id, findings: z.array(findingSchema).max(20) }).strict(),
    caseDetailSchema,
    { writes: true },
  ),
  'cases.delete': call(
    z.object({ caseIds: z.array(id).min(1).max(10_000) }).strict(),
    z.object({
      deleted: z.number().int(),
      /** Backups made of this library before: they still hold what was deleted. */
      backups: z.array(z.string()).optional(),
    }),
    { writes: true, long: true },
  ),

  /** Opens dropped, pasted or chosen files as queries; nothing enters the library. */
  'query.open': call(z.object({ sources: z.array(sourceSchema).min(1).max(10_000) }).strict(), openedSchema, {
    long: true,
  }),
  /** The sample study of a library whose info says `sample`: the demo library's first query. */
  'query.openSample': call(empty, openedSchema, { long: true }),
  /** A library image as a query. */
  'query.fromImage': call(z.object({ imageId: id }).strict(), openedSchema),

  'search.image': call(
    z
      .object({
        queryId: id,
        k: k.optional(),
        region: regionSchema.optional(),
        filters: filtersSchema.optional(),
        invert: z.boolean().optional(),
        refine: refinementSchema.optional(),
      })
      .strict(),
    imageSearchSchema,
  ),
  'search.text': call(
    z.object({ text, k: k.optional(), filters: filtersSchema.optional() }).strict(),
    textSearchSchema,
  ),
  'search.notes': call(
    z.object({ text, k: k.optional(), offset: z.number().int().min(0).optional() }).strict(),
    noteSearchSchema,
  ),

  /** An 8-bit picture for grids: PNG or JPEG no larger than `maxSide`. `seen` is the encoder's own input. */
  'images.preview': call(
    z
      .object({
        ref: imageRefSchema,
        maxSide: z.number().int().min(16).max(2048),
        seen: z.boolean().optional(),
      })
      .strict(),
    z.object({
      mime: z.enum(['image/png', 'image/jpeg', 'image/webp']),
      bytes: z.instanceof(Uint8Array),
      rows: z.number().int(),
      columns: z.number().int(),
    }),
  ),
  'images.frame': call(
    z
      .object({
        ref: imageRefSchema,
        frame: z.number().int().min(0).optional(),
        maxSide: z.number().int().min(64).optional(),
      })
      .strict(),
    viewerFrameSchema,
  ),
  'images.tags': call(z.object({ ref: imageRefSchema }).strict(), z.object({ tags: z.array(tagSchema) })),

  'explain.pair': call(
    z
      .object({
        query: imageRefSchema,
        imageId: id,
        /** A second case, to see where the scores of the two differ. */
        against: id.optional(),
        fidelity: z.boolean().optional(),
      })
      .strict(),
    contributionsSchema,
  ),
  /** Which places of a library image made its score against words. */
  'explain.text': call(
    z.object({ text, imageId: id, fidelity: z.boolean().optional() }).strict(),
    contributionsSchema.omit({ caseContributions: true, matches: true, difference: true }),
  ),

  /** Impressions noted before the hits were shown: a log on this computer, for teaching. */
  'reading.add': call(readingSchema.omit({ at: true }).strict(), readingSchema),
  'reading.list': call(empty, z.object({ readings: z.array(readingSchema) })),
  'reading.clear': call(empty, z.object({ readings: z.array(readingSchema) })),

  'notes.list': call(z.object({ caseId: id }).strict(), z.object({ notes: z.array(noteSchema) })),
  'notes.save': call(
    z
      .object({ caseId: id, noteId: id.optional(), text: z.string().min(1).max(LIMITS.noteCharacters) })
      .strict(),
    noteSchema,
    { writes: true },
  ),
  'notes.history': call(
    z.object({ noteId: id }).strict(),
    z.object({
      revisions: z.array(z.object({ text: z.string(), at: z.string(), author: z.string().optional() })),
    }),
  ),
  'notes.delete': call(z.object({ noteId: id }).strict(), z.object({ deleted: z.boolean() }), {
    writes: true,
  }),

  /** Without a gallery or queries: this library against itself, each case left out in turn. */
  'evaluate.run': call(
    z
      .object({
        gallery: z.union([sourceSchema, z.literal('library')]),
        queries: z.union([sourceSchema, z.literal('library')]),
        galleryPath: z.string().optional(),
        queriesPath: z.string().optional(),
        k: z.array(k).min(1).max(20).optional(),
        degrade: z.enum(['lowres', 'gamma', 'crop', 'aspect', 'noise', 'jpeg', 'invert']).optional(),
        model: id.optional(),
        classes: z.array(findingSchema).optional(),
        wall: z.boolean().optional(),
      })
      .strict(),
    evaluationSchema,
    { long: true },
  ),

  /** Text queries from a JSON file against labelled images, ranked as `search.text` ranks them. */
  'evaluate.text': call(
    z
      .object({
        gallery: z.union([sourceSchema, z.literal('library')]),
        queries: sourceSchema,
        galleryPath: z.string().optional(),
        model: id.optional(),
        classes: z.array(findingSchema).optional(),
        wall: z.boolean().optional(),
      })
      .strict(),
    textEvaluationSchema,
    { long: true },
  ),

  /**
   * The compare view as a PDF/A-3a and PDF/UA-1 file: query, ranked cases, evidence, explanation, chosen notes.
   * Other patients are always pseudonymised. With `path` the engine writes the file itself, aside and then renamed.
   */
  'report.create': call(
    z
      .object({
        queryId: id,
        k: z.number().int().min(1).max(20).optional(),
        filters: filtersSchema.optional(),
        /** Hits to show, in their own order of rank; without them the first `k`. */
        caseIds: z.array(id).max(20).optional(),
        noteIds: z.array(id).max(50).optional(),
        /** Case of the explanation pair; without it the first case shown. */
        explainCaseId: id.optional(),
        /** Also checks the explanation's map, which takes seconds unless the same pair was checked before. */
        check: z.boolean().optional(),
        institution: z.string().max(200).optional(),
        reviewer: z.string().max(200).optional(),
        comment: z.string().max(4000).optional(),
        paper: z.enum(['A4', 'Letter']).optional(),
        /** Leaves out the query patient's identity, dates and UIDs too. */
        deidentify: z.boolean().optional(),
        /** Also as a DICOM Encapsulated PDF. */
        dicom: z.boolean().optional(),
        path: path.optional(),
        dicomPath: path.optional(),
      })
      .strict(),
    z.object({
      pdf: z.instanceof(Uint8Array),
      pages: z.number().int(),
      sha256: z.string(),
      dicom: z.instanceof(Uint8Array).optional(),
    }),
    { long: true },
  ),
  /** Runs a report's search again from the data the PDF carries, or on the given query file. */
  'report.rerun': call(
    z.object({ report: sourceSchema, query: sourceSchema.optional() }).strict(),
    z.object({ identical: z.boolean(), differences: z.array(z.string()) }),
    { long: true },
  ),

  'decode.describe': call(
    z.object({ source: sourceSchema, png: z.boolean().optional() }).strict(),
    z.object({ report: decodeReportSchema, png: z.instanceof(Uint8Array).optional() }),
  ),

  'models.list': call(empty, modelRows),
  /** Checks a pack's folder, tries it in a process of its own and copies it to the user's models. */
  'models.install': call(z.object({ path }).strict(), modelRows.extend({ installed: id }), { long: true }),
  /** Checks every file of one pack or of all and tries them in a process of their own. */
  'models.verify': call(z.object({ id: id.optional() }).strict(), modelRows, { long: true }),
  /**
   * Encodes the open library by another model, then searches by it; the one before serves meanwhile. Answers when that is
   * done; cancelled or killed it goes on where it stopped: by itself when the engine starts again, or when asked again.
   */
  'models.use': call(z.object({ id }).strict(), modelRows, { long: true, writes: true }),
  /** Gives up a change of model, also one that goes on after a restart. */
  'models.cancelUse': call(empty, modelRows),
  /** Chooses the hardware the encoder runs on: `auto` measures again and takes the fastest. */
  'models.provider': call(
    z.object({ name: z.enum(['auto', 'cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu']) }).strict(),
    z.object({ name: z.string(), threads: z.number().int(), note: z.string().optional() }),
    { long: true },
  ),

  'settings.get': call(empty, z.object({ values: z.record(z.string(), z.unknown()) })),
  'settings.set': call(
    z.object({ key: z.string().min(1).max(100), value: z.unknown() }).strict(),
    z.object({ values: z.record(z.string(), z.unknown()) }),
  ),
} as const

export type Contract = typeof contract
export type Method = keyof Contract
export const methods = Object.keys(contract) as Method[]
export type Input<M extends Method> = z.input<Contract[M]['input']>
export type Parsed<M extends Method> = z.output<Contract[M]['input']>
export type Output<M extends Method> = z.output<Contract[M]['output']>

/** Events the engine or its host sends without being asked. */
export const eventSchema = z.discriminatedUnion('type', [
  /** Progress of the call with this request id. */
  z.object({ type: z.literal('progress'), id: z.number().int(), progress: progressSchema }),
  z.object({
    type: z.literal('engine'),
    state: z.enum(['starting', 'ready', 'restarting', 'failed']),
    problem: problemSchema.optional(),
  }),
  z.object({ type: z.literal('library'), info: libraryInfoSchema }),
  /** A change of model went on, ended (no `state`) or was given up; or the hardware in use became another. */
  z.object({ type: z.literal('model'), modelSwitch: modelSwitchSchema.optional() }),
])
export type HilumEvent = z.infer<typeof eventSchema>
