/**
 * What becomes of a patient's identity: a whole session through the engine's process with canaries for names, and then
 * every place looked at where they must not be.
 */
import { fork } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AuditLog } from '../../src/engine/store/audit.js'
import { ChannelClient, EngineConnection } from '../../src/hosts/engineConnection.js'
import type { FromEngine } from '../../src/shared/transport.js'
import { engineEntries } from '../contract/entries.js'
import { value } from '../contract/suite.js'
import { makeWorld, type World } from '../contract/world.js'
import { dicom } from '../fixtures/pictures.js'

const CANARY = 'KANARIENVOGEL'
const path = (file: string) => ({ kind: 'path', path: file }) as const

let world: World
let root: string
let temporary: string
let said = ''
let client: ChannelClient
let end: () => Promise<void>
let caseIds: string[] = []

/** Every file below a folder with its mode. */
function filesBelow(folder: string): { file: string; mode: number; folder: boolean }[] {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = join(entry.parentPath, entry.name)
    return { file, mode: fs.statSync(file).mode & 0o777, folder: entry.isDirectory() }
  })
}
/** Files that hold the canary, in the encodings that databases and DICOM use. */
const holding = (folder: string): string[] =>
  filesBelow(folder)
    .filter((each) => !each.folder)
    .map((each) => each.file)
    .filter((file) => {
      const bytes = fs.readFileSync(file)
      return [CANARY, CANARY.toLowerCase()].some(
        (word) => bytes.includes(word, 0, 'latin1') || bytes.includes(word, 0, 'utf16le'),
      )
    })

beforeAll(async () => {
  world = await makeWorld()
  root = fs.mkdtempSync(join(world.cases, '..', 'canaries-'))
  temporary = join(root, 'tmp')
  fs.mkdirSync(temporary)
  const start = JSON.stringify({ userData: world.userData, modelDirs: world.modelDirs, version: 'test' })
  const child = fork(join(await engineEntries(), 'index.cjs'), [start], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, TMPDIR: temporary },
  })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)))
  const connection: EngineConnection = new EngineConnection((message) => client.receive(message), {
    send: (message) => void child.send(message),
    close: () => undefined,
  })
  client = new ChannelClient((message) => connection.send(message))
  child.on('message', (message: FromEngine) => connection.deliver(message))
  const exited = new Promise((resolve) => child.on('exit', resolve))
  end = async () => {
    if (child.connected) child.disconnect()
    await exited
  }
})
afterAll(async () => {
  await end()
  await world.remove()
})

it('runs a session full of canaries', async () => {
  const header = { patientId: `${CANARY}-ID`, patientName: `${CANARY}^NAME` }
  const folder = join(root, CANARY)
  fs.mkdirSync(folder)
  for (const [at, view] of (['PA', 'AP', 'PA'] as const).entries())
    fs.writeFileSync(
      join(folder, `${CANARY}-${at}.dcm`),
      dicom(40 + at, { view, header: { ...header, studyKey: `canary/${at}` } }),
    )
  fs.writeFileSync(join(folder, `${CANARY}-broken.dcm`), Buffer.from(dicom(50)).subarray(0, 700))
  value(await client.call('library.open', { create: true }))
  const imported = value(await client.call('import.run', { sources: [path(folder)] }))
  expect(imported.imported).toBe(3)
  expect(imported.failures).toHaveLength(1)
  caseIds = value(await client.call('cases.list', { offset: 0, limit: 10 })).rows.map((row) => row.caseId)
  for (const caseId of caseIds) {
    value(await client.call('notes.save', { caseId, text: `${CANARY} has a cough.` }))
    value(await client.call('cases.get', { caseId }))
  }
  expect(value(await client.call('search.notes', { text: CANARY })).hits).toHaveLength(3)
  value(await client.call('cases.list', { offset: 0, limit: 5, words: CANARY }))
  const opened = value(await client.call('query.open', { sources: [path(join(folder, `${CANARY}-0.dcm`))] }))
  value(await client.call('search.image', { queryId: opened.primary as string }))
  await client.call('search.text', { text: `${CANARY} pneumonia` })
  value(
    await client.call('report.create', { queryId: opened.primary as string, path: join(root, 'report.pdf') }),
  )
  value(await client.call('library.backup', { path: join(root, 'library.hilum-backup') }))
  // Calls that go wrong with a name in them.
  await client.call('query.open', { sources: [path(join(folder, `${CANARY}-none.dcm`))] })
  await client.call('library.open', { path: join(folder, CANARY) })
  await client.call('cases.get', { caseId: CANARY })
})

it('says no name in any log', () => {
  expect(said.toLowerCase()).not.toContain(CANARY.toLowerCase())
})

it('writes a name into the library only, and temporary files nowhere else', () => {
  const library = join(world.userData, 'library')
  const outside = holding(world.userData).filter((file) => !file.startsWith(library))
  expect(outside).toEqual([])
  expect(filesBelow(temporary)).toEqual([])
})

it('keeps every file for its owner only', () => {
  if (process.platform === 'win32') return
  const open = filesBelow(world.userData).filter(({ mode, folder }) => mode !== (folder ? 0o700 : 0o600))
  expect(open.map(({ file, mode }) => `${mode.toString(8)} ${file}`)).toEqual([])
  for (const name of ['report.pdf', 'library.hilum-backup'])
    expect(fs.statSync(join(root, name)).mode & 0o777, name).toBe(0o600)
})

it('has logged who opened, searched and exported, without a name, and finds any changed byte', async () => {
  const log = value(await client.call('audit.list', { offset: 0, limit: 1000 }))
  expect(log.firstBroken).toBeUndefined()
  const actions = new Set(log.entries.map((entry) => entry.action))
  for (const action of [
    'library.open',
    'import',
    'note.save',
    'case.open',
    'search.notes',
    'search.cases',
    'search.image',
    'report.create',
    'library.backup',
  ])
    expect(actions, action).toContain(action)
  const [search] = log.entries.filter((entry) => entry.action === 'search.image')
  expect(search?.subject).toMatch(/^query [0-9a-f]{64}$/)
  expect(JSON.stringify(log.entries).toLowerCase()).not.toContain(CANARY.toLowerCase())
})

it('deletes what is deleted from every file of the library, and names the backups that still hold it', async () => {
  const answer = value(await client.call('cases.delete', { caseIds }))
  expect(answer.deleted).toBe(3)
  expect(answer.backups).toEqual([join(root, 'library.hilum-backup')])
  expect(holding(world.userData)).toEqual([])
  expect(value(await client.call('audit.list', { offset: 0, limit: 5 })).entries[0]?.action).toBe(
    'case.delete',
  )
  await end()
  expect(holding(world.userData)).toEqual([])
  expect(said.toLowerCase()).not.toContain(CANARY.toLowerCase())
})

it('finds every changed byte of the audit log', () => {
  const database = join(world.userData, 'library', 'library.db')
  const copy = join(root, 'copy.db')
  fs.copyFileSync(database, copy)
  const db = new SqliteDatabase(copy)
  db.exec('DROP TRIGGER auditKeepsRows; DROP TRIGGER auditKeepsValues')
  const entries = db.prepare('SELECT * FROM audit ORDER BY entry').all() as Record<string, string | number>[]
  expect(entries.length).toBeGreaterThan(10)
  db.close()
  for (const column of ['at', 'actor', 'action', 'subject', 'detail', 'previous', 'hash'])
    for (const entry of [entries[0], entries[5], entries.at(-1)]) {
      const was = String(entry?.[column])
      const changed =
        was === '' ? 'x' : `${was.slice(0, -1)}${String.fromCharCode(was.charCodeAt(was.length - 1) ^ 1)}`
      expect(
        brokenAfter(copy, `UPDATE audit SET ${column} = ? WHERE entry = ?`, [changed, entry?.['entry']]),
      ).toBe(entry?.['entry'])
    }
  const last = Number(entries.at(-1)?.['entry'])
  expect(brokenAfter(copy, 'DELETE FROM audit WHERE entry = ?', [last])).toBe(last)
  expect(brokenAfter(copy, 'DELETE FROM audit WHERE entry = ?', [3])).toBe(4)
  expect(brokenAfter(copy, 'SELECT ?', [1])).toBeUndefined()
})

/** What the log's own check says after a change that is then taken back. */
function brokenAfter(file: string, sql: string, values: unknown[]): number | undefined {
  const db = new SqliteDatabase(file)
  try {
    db.exec('BEGIN')
    const statement = db.prepare(sql)
    if (statement.reader) statement.all(...values)
    else statement.run(...values)
    return new AuditLog(db).firstBroken()
  } finally {
    db.exec('ROLLBACK')
    db.close()
  }
}
