/** Composition root: adapters -> services -> dispatcher. The only place that knows every part. */
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { HilumEvent } from '@shared/contract.js'
import type { Problem } from '@shared/errors.js'
import type { RequestMessage, ResponseMessage } from '@shared/transport.js'
import { Dispatcher, type Handlers } from './dispatch.js'
import { diskLibraries } from './diskLibraries.js'
import { onnxPacks } from './encoders/onnxPacks.js'
import { ShuffledEncoders } from './encoders/shuffledEncoder.js'
import { FaissIndex } from './index/faissIndex.js'
import { faissThread } from './index/faissThread.js'
import { FileSourceLister } from './ingest/sourceLister.js'
import { createSupervisedDecoder } from './ingest/supervisedDecoder.js'
import type { CallContext } from './ports/calls.js'
import type { Processes } from './ports/processes.js'
import { RecentLibrariesFile } from './recentLibraries.js'
import { logged, shownCases } from './services/accessLog.js'
import { auditService } from './services/audit.js'
import { BackgroundCalibration } from './services/calibration.js'
import { casesService } from './services/cases.js'
import { describeService } from './services/decode.js'
import { doctorService } from './services/doctor.js'
import { cacheDirOf, evaluateService } from './services/evaluate.js'
import { evaluateTextService } from './services/evaluateText.js'
import { explainService } from './services/explain.js'
import { seeded } from './services/seeded.js'
import { imagesService } from './services/images.js'
import { importService } from './services/import.js'
import { libraryService } from './services/library.js'
import { Models } from './services/models.js'
import { modelHandlers } from './services/modelling/handlers.js'
import { ModelSwitch } from './services/modelling/modelSwitch.js'
import { ProviderChoice } from './services/modelling/providerChoice.js'
import { notesService } from './services/notes.js'
import { Pictures } from './services/pictures.js'
import { queryService } from './services/query.js'
import { readingLog } from './services/readingLog.js'
import { reportService } from './services/report.js'
import { rerunReportService } from './services/rerunReport.js'
import { sampleService } from './services/sample.js'
import { searchService } from './services/search.js'
import { settingsService } from './services/settings.js'
import { statusService } from './services/status.js'
import { SettingsFile } from './settingsFile.js'
import { OpenWorkspace } from './workspace.js'

export type EngineOptions = {
  /** Folder of libraries, settings and caches of this user. */
  userData: string
  /** Folders that hold model packs, in order of preference. */
  modelDirs: readonly string[]
  version: string
  /** Where the demo library is; `<userData>/demo-library` when absent. */
  demoDir?: string
  /** Folder of the built entries (`decoder.cjs`, `encoderLane.cjs`, `faissWorker.cjs`, `probe.cjs`). */
  entriesDir: string
  processes: Processes
  /** Measure the execution providers where that was never done: for hosts that stay, not for single commands. */
  measureProviders?: boolean
  emit: (event: HilumEvent) => void
}

export type Engine = {
  /** Answers one request; never rejects. */
  handle(request: RequestMessage): Promise<ResponseMessage>
  cancel(id: number): void
  /** Opens a library without a request; why it could not be opened is told by `engine.status`. */
  openAtStart(path: string): Promise<void>
  /**
   * Measures what a search says beside its hits, where that is not known yet: for hosts that end with one call. Others
   * have it measured in the background.
   * @throws CANCELLED
   */
  measured(context: CallContext): Promise<void>
  /** Cancels what runs, closes the library and releases its lock. */
  close(): Promise<void>
}

/**
 * Joins the parts and opens the model. A missing or refused model is no failure: cases and notes can be read without.
 * @throws HilumError FILE_UNREADABLE when the settings cannot be read
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { userData, entriesDir, version, processes, emit } = options
  mkdirSync(userData, { recursive: true, mode: 0o700 })
  const settings = new SettingsFile(join(userData, 'settings.json'))
  const machine = new SettingsFile(join(userData, 'machine.json'))
  const packs = onnxPacks(options.modelDirs, join(entriesDir, 'encoderLane.cjs'))
  const models = new Models(packs, settings, machine)
  await models.start()

  const workspace = new OpenWorkspace(() => models.current.image, emit)
  const decoder = createSupervisedDecoder(processes)
  const lister = new FileSourceLister()
  const memoryIndex = (dimension: number) => FaissIndex.create(faissThread(entriesDir), dimension)
  const pictures = new Pictures(decoder, workspace)
  const calibration = new BackgroundCalibration(
    workspace,
    decoder,
    () => (models.isOpen ? models.current.pack : undefined),
    { rest: () => dispatcher.lull() },
  )
  workspace.onChange(() => {
    pictures.forgetLibrary()
    calibration.schedule()
  })
  let startProblem: Problem | undefined

  const query = queryService(lister, decoder, pictures)
  const search = searchService(workspace, pictures, calibration, () => models.current.text)
  const images = imagesService(workspace, decoder, pictures)
  const shuffled = new ShuffledEncoders(() => models.current.pack, seeded)
  const explain = explainService(
    workspace,
    pictures,
    () => models.current.text,
    () => shuffled.current(),
  )
  const readings = readingLog(join(userData, 'readings.jsonl'))
  const datasets = { folder: join(cacheDirOf(userData), 'datasets') }
  const importer = importService(workspace, lister, decoder, datasets)
  const libraries = diskLibraries(entriesDir)
  const library = libraryService(workspace, decoder, importer, {
    libraries,
    recent: new RecentLibrariesFile(join(userData, 'recent.json'), (folder) => libraries.exists(folder)),
    userData,
    pauseOthers: () => modelSwitch.pause(),
    ...(options.demoDir === undefined ? {} : { demoDir: options.demoDir }),
  })
  const exclusively = <T>(work: () => Promise<T>, signal: AbortSignal) => dispatcher.exclusively(work, signal)
  const providers = new ProviderChoice({
    models,
    packs,
    processes,
    settings,
    machine,
    exclusively,
    tell: () => emit({ type: 'model', ...switching() }),
  })
  const modelSwitch: ModelSwitch = new ModelSwitch({
    models,
    workspace,
    decoder,
    settings,
    exclusively,
    exchangeModel: (encoder, use) => library.exchangeModel(encoder, use),
    tell: () => emit({ type: 'model', ...switching() }),
  })
  const switching = () => (modelSwitch.state === undefined ? {} : { modelSwitch: modelSwitch.state })
  workspace.onChange(() => modelSwitch.follow())
  const modelling = modelHandlers(models, packs, processes, modelSwitch)
  const cases = casesService(workspace)
  const notes = notesService(workspace)
  const setting = settingsService(settings)
  const report = {
    workspace,
    pictures,
    calibration,
    version,
    model: () => models.current.pack,
    searchImage: search.image,
    explainPair: explain.pair,
    preview: images.preview,
    openQuery: query.open,
  }

  const evaluation = {
    workspace,
    models,
    lister,
    decoder,
    pictures,
    memoryIndex,
    cacheDir: cacheDirOf(userData),
  }

  const handlers: Handlers = {
    'engine.status': statusService(
      version,
      workspace,
      models,
      () => startProblem,
      () => providers.inUse(),
      () => modelSwitch.state,
    ),
    'engine.doctor': doctorService({
      version,
      userData,
      workspace,
      models,
      decoder,
      providers: () => providers.report(),
      memoryIndex,
      versions: {
        sqlite: sqliteVersion,
        faiss: `faiss-node ${packageVersion('faiss-node')}`,
        onnxruntime: packageVersion('onnxruntime-node'),
      },
    }),
    'library.open': library.open,
    'library.openDemo': library.openDemo,
    'library.recent': library.recent,
    'library.info': library.info,
    'library.health': () => calibration.health(),
    'library.check': library.check,
    'library.rebuild': library.rebuild,
    'library.backup': library.backup,
    'library.restore': library.restore,
    'audit.list': auditService(workspace).list,
    'import.run': importer.run,
    'import.pneumoniaMnist': importer.pneumoniaMnist,
    'cases.list': logged(workspace, 'search.cases', cases.list, ({ words }, { total }) =>
      words === undefined || words.trim() === '' ? undefined : { subject: '', detail: { total } },
    ),
    'cases.get': logged(workspace, 'case.open', cases.get, ({ caseId }) => ({ subject: caseId })),
    'cases.setFindings': cases.setFindings,
    'cases.delete': cases.delete,
    'query.open': query.open,
    'query.openSample': sampleService(workspace, query.open).openSample,
    'query.fromImage': query.fromImage,
    'search.image': logged(
      workspace,
      'search.image',
      search.image,
      (_input, { query: { sha256 }, hits }) => ({
        subject: `query ${sha256}`,
        detail: shownCases(hits),
      }),
    ),
    'search.text': logged(workspace, 'search.text', search.text, (_input, { hits }) => ({
      subject: '',
      detail: shownCases(hits),
    })),
    'search.notes': logged(workspace, 'search.notes', notes.search, (_input, { hits, total }) => ({
      subject: '',
      detail: { ...shownCases(hits), total },
    })),
    'images.preview': images.preview,
    'images.frame': logged(workspace, 'image.open', images.frame, ({ ref }) =>
      ref.kind === 'image' ? { subject: ref.imageId } : undefined,
    ),
    'images.tags': logged(workspace, 'image.tags', images.tags, ({ ref }) =>
      ref.kind === 'image' ? { subject: ref.imageId } : undefined,
    ),
    'explain.pair': explain.pair,
    'explain.text': explain.text,
    'reading.add': readings.add,
    'reading.list': readings.list,
    'reading.clear': readings.clear,
    'notes.list': logged(workspace, 'notes.open', notes.list, ({ caseId }) => ({ subject: caseId })),
    'notes.save': notes.save,
    'notes.history': notes.history,
    'notes.delete': notes.delete,
    'evaluate.run': evaluateService(evaluation),
    'evaluate.text': evaluateTextService(evaluation),
    'report.create': reportService(report),
    'report.rerun': rerunReportService(report),
    'decode.describe': describeService(lister, decoder),
    'models.list': models.list,
    'models.install': modelling.install,
    'models.verify': modelling.verify,
    'models.use': modelling.use,
    'models.cancelUse': modelling.cancelUse,
    'models.provider': providers.choose,
    'settings.get': setting.get,
    'settings.set': setting.set,
  }
  const dispatcher: Dispatcher = new Dispatcher(handlers, emit, () => workspace.readOnly)
  // In the background: the processor works meanwhile.
  void providers.start(options.measureProviders === true)

  return {
    handle: (request) => dispatcher.handle(request),
    cancel: (id) => dispatcher.cancel(id),
    async openAtStart(path) {
      const { result } = await dispatcher.handle({
        id: 0,
        method: 'library.open',
        payload: { path, readOnly: 'whenHeld' },
      })
      startProblem = result.ok ? undefined : result.problem
    },
    measured: (context) => calibration.ready(context),
    async close() {
      providers.close()
      await modelSwitch.close()
      await dispatcher.close()
      await calibration.close()
      await workspace.close()
      await decoder.close()
      await shuffled.close()
      await models.close()
    },
  }
}

function sqliteVersion(): string {
  const database = new Database(':memory:')
  try {
    const row = database.prepare('SELECT sqlite_version() AS version').get() as { version: string }
    return row.version
  } finally {
    database.close()
  }
}

/** Of an installed package, which may forbid reading its package.json. */
function packageVersion(name: string): string {
  try {
    const { version } = createRequire(__filename)(`${name}/package.json`) as { version: string }
    return version
  } catch {
    return 'unknown'
  }
}
