/** Kills a working engine process at random points and looks whether anything acknowledged is lost. */
import { fork } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { verifyBackup } from '../../src/engine/store/backupFile.js'
import { MIGRATIONS, migrate } from '../../src/engine/store/migrations.js'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import { drawnImages, temporaryFolder, TEST_MODEL } from '../support/library.js'
import { objectIsIntact } from '../../src/engine/store/objects.js'
import { LibraryIndex } from '../../src/engine/index/libraryIndex.js'
import { faissThread } from '../../src/engine/index/faissThread.js'
import { TEST_DIMENSION } from '../support/library.js'
import { OPERATIONS, type Job, type Operation, type Word } from './job.js'

export type CrashReport = {
  points: number
  byOperation: Record<string, number>
  acknowledged: number
  losses: string[]
  /** The longest that the next start took until the library answered. */
  longestOpenMilliseconds: number
  /** Highest resident size of any killed process; absent where /proc is. */
  peakMegabytes?: number
}

/** Milliseconds within which each operation is killed after it began. */
const WITHIN: Readonly<Record<Operation, number>> = {
  import: 900,
  delete: 500,
  note: 500,
  migrate: 120,
  snapshot: 250,
  backup: 400,
  restore: 400,
  model: 500,
}

/** A case's note before the first one this harness wrote. */
const ANY = ''

/** What must be there: the image of each case, and the last acknowledged note. Undefined notes may be either. */
class Expectation {
  readonly images = new Map<string, string>()
  readonly notes = new Map<string, string[]>()
  /** Cases whose deletion was begun and not acknowledged: either is right. */
  readonly open = new Set<string>()
  /** Cases whose deletion was acknowledged. */
  readonly gone = new Set<string>()
  /** Models that may be in use: the last acknowledged one and one begun after it. */
  models: string[] = []
  /** Acknowledged embeddings by model. */
  readonly embedded = new Map<string, Set<string>>()
}

function randomOf(seed: number) {
  let state = seed >>> 0
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Starts the child, kills it `delay` milliseconds after it is ready, and returns what it said. */
function killed(
  entry: string,
  job: Job,
  delay: number,
): Promise<{ words: Word[]; megabytes: number | undefined }> {
  return new Promise((resolve, reject) => {
    const words: Word[] = []
    let megabytes: number | undefined
    let ready = false
    const child = fork(entry, [JSON.stringify(job)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaints = ''
    child.stderr?.on('data', (chunk) => (complaints += String(chunk)))
    const guard = setTimeout(() => child.kill('SIGKILL'), 60_000)
    child.on('message', (word: Word) => {
      words.push(word)
      if (word.kind !== 'ready') return
      ready = true
      setTimeout(() => {
        megabytes = peakMegabytes(child.pid)
        child.kill('SIGKILL')
      }, delay)
    })
    // What it said before it died may still be on its way when it is gone: all of it counts.
    const heard = new Promise<void>((resolve) => child.once('disconnect', resolve))
    child.on('exit', (_code, signal) => {
      clearTimeout(guard)
      void heard.then(() => {
        if (signal === 'SIGKILL' && ready) resolve({ words, megabytes })
        else if (signal === 'SIGKILL')
          reject(new Error(`the child hung for a minute before ${job.operation} began`))
        else
          reject(new Error(`the child ended by itself during ${job.operation}: ${complaints.slice(0, 2000)}`))
      })
    })
  })
}

function take(expected: Expectation, words: readonly Word[]): number {
  let acknowledged = 0
  for (const word of words) {
    if (word.kind === 'added') for (const each of word.images) expected.images.set(each.caseId, each.imageId)
    if (word.kind === 'deleting') for (const caseId of word.caseIds) expected.open.add(caseId)
    if (word.kind === 'deleted')
      for (const caseId of word.caseIds) {
        expected.images.delete(caseId)
        expected.open.delete(caseId)
        expected.notes.delete(caseId)
        expected.gone.add(caseId)
      }
    if (word.kind === 'noting')
      expected.notes.set(word.caseId, [...(expected.notes.get(word.caseId) ?? [ANY]).slice(-1), word.text])
    if (word.kind === 'noted') expected.notes.set(word.caseId, [word.text])
    if (word.kind === 'switching') {
      expected.models = [...expected.models.slice(-1), word.modelId]
      // Another file of the second model's name: what the one before made is let go.
      if (word.modelId !== TEST_MODEL) expected.embedded.delete(word.modelId)
    }
    if (word.kind === 'switched') expected.models = [word.modelId]
    if (word.kind === 'embedded') {
      const known = expected.embedded.get(word.modelId) ?? new Set()
      for (const imageId of word.imageIds) known.add(imageId)
      expected.embedded.set(word.modelId, known)
    }
    if (word.kind === 'switched' || word.kind === 'embedded') acknowledged += 1
    if (word.kind === 'added' || word.kind === 'deleted' || word.kind === 'noted') acknowledged += 1
  }
  return acknowledged
}

/** Opens the library as the next start does and compares. Returns what is wrong. */
async function inspect(folder: string, expected: Expectation, entries: string, operation: Operation) {
  const wrong: string[] = []
  const started = performance.now()
  const library = openLibrary(folder)
  const milliseconds = performance.now() - started
  try {
    const integrity = library.db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') wrong.push(`integrity_check: ${String(integrity)}`)
    for (const caseId of expected.open) {
      if (library.caseRepository.findRecord(Number(caseId.slice(5))) === undefined)
        expected.images.delete(caseId)
      expected.notes.delete(caseId)
    }
    expected.open.clear()
    for (const [caseId, imageId] of expected.images) {
      try {
        const stored = library.image(imageId)
        if (stored.caseId !== caseId) wrong.push(`${imageId} moved to ${stored.caseId}`)
        if (!objectIsIntact(library.objects.pathOf(stored.objectSha256), stored.objectSha256))
          wrong.push(`the original of ${imageId} is not intact`)
      } catch (error) {
        wrong.push(`${imageId} is lost: ${String(error)}`)
      }
    }
    for (const caseId of expected.gone)
      if (library.caseRepository.findRecord(Number(caseId.slice(5))))
        wrong.push(`${caseId} was deleted and is back`)
    const found = library.info().images
    for (const [caseId, texts] of expected.notes) {
      const now = library.notes(caseId)[0]?.text ?? ANY
      if (!texts.includes(now) && !texts.includes(ANY)) wrong.push(`the note of ${caseId} is lost`)
      expected.notes.set(caseId, [now])
    }
    if (!expected.models.includes(library.modelId))
      wrong.push(`the model in use is ${library.modelId}, not ${expected.models.join(' or ')}`)
    expected.models = [library.modelId]
    const there = new Set(expected.images.values())
    for (const [modelId, imageIds] of expected.embedded)
      for (const imageId of imageIds) {
        if (!there.has(imageId)) imageIds.delete(imageId)
        else if (!library.vectorOf(imageId, modelId))
          wrong.push(`the ${modelId} vector of ${imageId} is lost`)
      }
    const { problems } = library.check()
    wrong.push(...problems.map((each) => `check: ${each.message}`))
    if (operation === 'snapshot' || operation === 'import') {
      const index = await LibraryIndex.open(library, TEST_MODEL, TEST_DIMENSION, faissThread(entries))
      if (index.size !== found) wrong.push(`the index has ${index.size} of ${found} images`)
      await index.close()
    }
    // What was committed in the last moment and never said: it is there, and from now on has to stay.
    for (const row of library.cases({ offset: 0, limit: 100_000 }).rows)
      expected.images.set(row.caseId, row.imageId)
  } finally {
    library.close()
  }
  return { wrong, milliseconds }
}

/** Highest resident size so far of a process; Linux only. */
function peakMegabytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  const line = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))
  return line ? Math.round(Number(line[1]) / 1024) : undefined
}

/** A library of an earlier schema, filled, for a migration to be interrupted. */
function makeOld(folder: string, version: number): number {
  const library = openLibrary(folder, { create: true })
  library.close()
  for (const ending of ['', '-wal', '-shm'])
    fs.rmSync(path.join(folder, `library.db${ending}`), { force: true })
  const db = new SqliteDatabase(path.join(folder, 'library.db'))
  db.pragma('journal_mode = WAL')
  migrate(db, version)
  const insert = db.prepare(
    `INSERT INTO cases (study, view, synthetic, importedAt, findings) VALUES ('{}', 'frontal', 1, '2024', '["NORMAL"]')`,
  )
  const cases = 3000
  db.transaction(() => {
    for (let at = 0; at < cases; at += 1) insert.run()
    if (version >= 2) db.exec("INSERT INTO caseWords (caseKey, words) SELECT caseKey, 'NORMAL' FROM cases")
  })()
  db.close()
  return cases
}

function inspectMigrated(folder: string, cases: number): string[] {
  const library = openLibrary(folder)
  try {
    const wrong: string[] = []
    if (library.info().cases !== cases)
      wrong.push(`${library.info().cases} of ${cases} cases after a migration`)
    if (library.info().schemaVersion !== MIGRATIONS.length) wrong.push('the migration was not finished')
    const integrity = library.db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') wrong.push(`integrity_check after a migration: ${String(integrity)}`)
    if (library.cases({ offset: 0, limit: 1, words: 'normal' }).total !== cases) wrong.push('words were lost')
    return wrong
  } finally {
    library.close()
  }
}

/**
 * Kills at `points` random points over all operations.
 * @param entries folder of the bundled `child.cjs` and `faissWorker.cjs`
 */
export async function runCrashPoints(
  points: number,
  entries: string,
  seed: number,
  log: (line: string) => void = () => undefined,
): Promise<CrashReport> {
  const random = randomOf(seed)
  const root = temporaryFolder('hilum-crash')
  const folder = path.join(root, 'library')
  const report: CrashReport = {
    points: 0,
    byOperation: {},
    acknowledged: 0,
    losses: [],
    longestOpenMilliseconds: 0,
  }
  const expected = new Expectation()
  const backup = path.join(root, 'library.hilum-backup')
  const first = openLibrary(folder, { create: true })
  for (const each of first.addImages(drawnImages(0, 60)))
    if (each !== 'duplicate' && !('conflict' in each)) expected.images.set(each.caseId, each.imageId)
  expected.models = [first.modelId]
  await first.backup(backup)
  first.close()
  try {
    for (let point = 0; point < points; point += 1) {
      const operation = OPERATIONS[point % OPERATIONS.length] ?? 'import'
      // Early moments oftener than late ones: that is where an operation does its first of everything.
      const delay = random(random(WITHIN[operation]) + 1)
      let wrong: string[]
      if (operation === 'migrate') {
        const old = path.join(root, `old-${point}`)
        const cases = makeOld(old, 1 + (point % (MIGRATIONS.length - 1)))
        const job: Job = { folder: old, operation, seed: point, backup }
        const { megabytes } = await killed(path.join(entries, 'child.cjs'), job, delay)
        report.peakMegabytes = Math.max(report.peakMegabytes ?? 0, megabytes ?? 0)
        wrong = inspectMigrated(old, cases)
        fs.rmSync(old, { recursive: true, force: true })
      } else {
        const job: Job = { folder, operation, seed: point + 1, backup }
        const { words, megabytes } = await killed(path.join(entries, 'child.cjs'), job, delay)
        report.peakMegabytes = Math.max(report.peakMegabytes ?? 0, megabytes ?? 0)
        report.acknowledged += take(expected, words)
        if (operation === 'restore') {
          // The library of the backup or the one before, whole in either case.
          const choice = await restoredOrNot(folder, backup, expected)
          wrong = choice
        } else wrong = []
        const inspected = await inspect(folder, expected, entries, operation)
        wrong.push(...inspected.wrong)
        report.longestOpenMilliseconds = Math.max(report.longestOpenMilliseconds, inspected.milliseconds)
        if (operation === 'backup') await verifyBackup(backup)
      }
      report.points += 1
      report.byOperation[operation] = (report.byOperation[operation] ?? 0) + 1
      const losses = wrong.map((each) => `point ${point}, ${operation} + ${delay} ms: ${each}`)
      report.losses.push(...losses)
      losses.forEach(log)
      if (point % 50 === 49)
        log(`${point + 1} points, ${report.acknowledged} acknowledgements, ${report.losses.length} losses`)
    }
  } finally {
    fs.rmSync(root, { recursive: true, force: true })
  }
  return report
}

async function restoredOrNot(folder: string, backup: string, expected: Expectation): Promise<string[]> {
  const { images } = await verifyBackup(backup)
  const library = openLibrary(folder)
  try {
    const now = library.info().images
    const before = expected.images.size
    if (now !== before && now !== images) return [`${now} images after a restore of ${images} over ${before}`]
    if (now === images) {
      expected.images.clear()
      expected.notes.clear()
      expected.gone.clear()
      // A switch that is begun next may be cut off: the model it came from is then the right one.
      expected.models = [library.modelId]
      expected.embedded.clear()
      for (const row of library.cases({ offset: 0, limit: 100_000 }).rows)
        expected.images.set(row.caseId, row.imageId)
    }
    return []
  } finally {
    library.close()
  }
}
