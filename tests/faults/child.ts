/**
 * The process in which calls fail: runs each operation once for each of its file calls with that call failing, and looks
 * whether the library is consistent, nothing acknowledged is lost, the error has a code, and the next try succeeds.
 * argv[2] is a {@link FaultJob} as JSON; the answer is one message.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { HilumError } from '@shared/errors.js'
import { faissThread } from '../../src/engine/index/faissThread.js'
import { objectIsIntact } from '../../src/engine/store/objects.js'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import { verifyBackup } from '../../src/engine/store/backupFile.js'
import {
  backupFile,
  closeWorld,
  importSome,
  OPERATIONS,
  openWorld,
  reportFile,
  type World,
} from './operations.js'

export type FaultJob = {
  root: string
  state: string
  entries: string
  errnos: string[]
  /** 1: every call with every error; n: every n-th call, the errors in turn. */
  stride: number
}
export type FaultReport = {
  points: number
  injected: number
  byOperation: Record<string, { calls: number; points: number; tolerated: number }>
  codes: Record<string, number>
  wrong: string[]
  longestMilliseconds: number
  peakMegabytes: number
}

/** Layout of shim.c's state. */
const STATE = { seen: 0, at: 8, error: 16, injected: 24, what: 32, bytes: 96 } as const
/** What a storage fault may be called; anything else is no clear error. */
const CLEAR: ReadonlySet<string> = new Set([
  'DISK_FULL',
  'STORAGE_FAILED',
  'LIBRARY_UNWRITABLE',
  'LIBRARY_READ_ONLY',
  'LIBRARY_CORRUPT',
  'FILE_UNREADABLE',
  'REPORT_FAILED',
  'ENGINE_FAILED',
])

const job = JSON.parse(process.argv[2] ?? '{}') as FaultJob
const state = fs.openSync(job.state, 'r+')
const read = (at: number): number => {
  const bytes = Buffer.alloc(8)
  fs.readSync(state, bytes, 0, 8, at)
  return Number(bytes.readBigInt64LE())
}
const write = (at: number, value: number): void => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  fs.writeSync(state, bytes, 0, 8, at)
}
const failedCall = (): string => {
  const bytes = Buffer.alloc(64)
  fs.readSync(state, bytes, 0, 64, STATE.what)
  return bytes.toString('latin1').replace(/\0.*$/s, '')
}
/** From now on the `at`-th call fails; 0: none. */
function arm(at: number, errno: string): void {
  write(STATE.seen, 0)
  write(STATE.error, os.constants.errno[errno as keyof typeof os.constants.errno])
  write(STATE.at, at)
}
const disarm = (): number => {
  write(STATE.at, 0)
  return read(STATE.seen)
}

/** What the library holds: image, original and note of every case. */
function contentOf({ library }: World): Map<string, string> {
  return new Map(
    library.cases({ offset: 0, limit: 500 }).rows.map((row) => {
      const { objectSha256 } = library.image(row.imageId)
      const notes = library.notes(row.caseId).map((note) => note.text)
      return [row.caseId, JSON.stringify([row.imageId, objectSha256, row.findings, notes])]
    }),
  )
}

function inspect(world: World, before: Map<string, string>, operation: string): string[] {
  const { library } = world
  const wrong: string[] = []
  const integrity = library.db.pragma('integrity_check', { simple: true })
  if (integrity !== 'ok') wrong.push(`integrity_check: ${String(integrity)}`)
  const now = contentOf(world)
  if (operation !== 'restore') {
    const gone = [...before.keys()].filter((caseId) => !now.has(caseId))
    if (gone.length > (operation === 'delete' ? 1 : 0)) wrong.push(`lost ${gone.join(', ')}`)
    const changed = [...before].filter(([caseId, content]) => now.has(caseId) && now.get(caseId) !== content)
    const mayChange = operation === 'note' || operation === 'findings' ? 1 : 0
    if (changed.length > mayChange) wrong.push(`changed ${changed.map(([caseId]) => caseId).join(', ')}`)
    const added = now.size - (before.size - gone.length)
    if (added !== 0 && !(operation === 'import' && added === 3)) wrong.push(`${added} cases came of it`)
  }
  for (const row of library.cases({ offset: 0, limit: 500 }).rows) {
    const { objectSha256 } = library.image(row.imageId)
    if (!objectIsIntact(library.objects.pathOf(objectSha256), objectSha256))
      wrong.push(`the original of ${row.imageId} is not intact`)
  }
  wrong.push(...library.check().problems.map((each) => `check: ${each.message}`))
  return wrong
}

/** Opens the library again as the next start does. */
async function restart(world: World): Promise<World> {
  await closeWorld(world).catch(() => undefined)
  // Half closed by a fault in closing itself: what is left of it must not hold the library.
  world.library.close()
  return await openWorld(world)
}

async function run(): Promise<FaultReport> {
  const folder = path.join(job.root, 'library')
  openLibrary(folder, { create: true }).close()
  let world = await openWorld({ root: job.root, folder, faiss: faissThread(job.entries), next: 0 })
  await importSome(world, 8)
  await world.library.backup(backupFile(world))
  const report: FaultReport = {
    points: 0,
    injected: 0,
    byOperation: {},
    codes: {},
    wrong: [],
    longestMilliseconds: 0,
    peakMegabytes: 0,
  }
  for (const [name, operate] of Object.entries(OPERATIONS)) {
    const counts = { calls: 0, points: 0, tolerated: 0 }
    report.byOperation[name] = counts
    for (let at = 1; ; at += job.stride) {
      let reached = false
      const turn = job.errnos[Math.floor(at / job.stride) % job.errnos.length] as string
      const errnos = job.stride > 1 ? [turn] : job.errnos
      for (const errno of errnos) {
        if (world.library.info().cases < 4) await importSome(world, 6)
        const before = contentOf(world)
        const started = performance.now()
        let outcome = 'done'
        arm(at, errno)
        try {
          await operate(world)
        } catch (error) {
          outcome =
            error instanceof HilumError ? error.code : `${String(error)} ${(error as Error).stack ?? ''}`
        }
        const calls = disarm()
        if (calls < at) {
          if (outcome !== 'done') report.wrong.push(`${name} without a fault: ${outcome}`)
          continue
        }
        reached = true
        counts.calls = Math.max(counts.calls, calls)
        counts.points += 1
        report.points += 1
        const where = `${name}, call ${at} (${failedCall()}) ${errno}`
        if (outcome === 'done') counts.tolerated += 1
        else {
          const key = `${name} ${outcome.slice(0, 40)}`
          report.codes[key] = (report.codes[key] ?? 0) + 1
        }
        if (outcome !== 'done' && !CLEAR.has(outcome)) report.wrong.push(`${where}: ${outcome}`)
        try {
          // The same process goes on where it can; what is on disk is looked at after a restart.
          world = await restart(world)
          report.wrong.push(...inspect(world, before, name).map((each) => `${where}: ${each}`))
          if (name === 'backup') await verifyBackup(backupFile(world))
          if (
            name === 'report' &&
            fs.existsSync(reportFile(world)) &&
            fs.statSync(reportFile(world)).size !== 70_000
          )
            report.wrong.push(`${where}: half a report`)
        } catch (error) {
          report.wrong.push(`${where}: does not open again: ${String(error)}`)
          return report
        }
        report.longestMilliseconds = Math.max(report.longestMilliseconds, performance.now() - started)
      }
      if (!reached) break
    }
  }
  report.injected = read(STATE.injected)
  report.peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  await closeWorld(world)
  return report
}

void run().then(
  (report) => process.send?.(report, () => process.exit(0)),
  (error: unknown) =>
    process.send?.({ wrong: [`the harness itself: ${String((error as Error).stack)}`] }, () =>
      process.exit(1),
    ),
)
