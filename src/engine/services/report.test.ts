import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWorld, type World } from '../../../tests/contract/world.js'
import { startEngine, type RunningEngine } from '../../../tests/support/engine.js'
import { dicom } from '../../../tests/fixtures/pictures.js'
import { attachedTwin } from '../reports/pdfAttachment.js'
import { parseTwin } from '../reports/twin.js'

/** Names and numbers of other patients; none may reach a report. */
const NEIGHBOUR = { patientId: 'ZQ4711KANARI', patientName: 'Kanarienvogel^Tweety' }
const QUERY = { patientId: 'ZQ0815SPATZ', patientName: 'Spatzmann^Pip' }

let world: World
let engine: RunningEngine
let folder: string
let queryFile: string

const call: RunningEngine['call'] = (method, payload) => engine.call(method, payload)

async function opened(): Promise<string> {
  const { primary } = await call('query.open', { sources: [{ kind: 'path', path: queryFile }] })
  return primary as string
}

const readable = (pdf: string) => {
  try {
    return execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' })
  } catch {
    return undefined
  }
}

beforeAll(async () => {
  world = await makeWorld()
  folder = join(world.userData, '..', 'reports')
  await mkdir(join(folder, 'cases/PNEUMONIA'), { recursive: true })
  for (const seed of [300, 301, 302])
    await writeFile(
      join(folder, `cases/PNEUMONIA/${NEIGHBOUR.patientId}-${seed}.dcm`),
      dicom(seed, { finding: 'PNEUMONIA', view: 'AP', header: { ...NEIGHBOUR, studyKey: `n/${seed}` } }),
    )
  queryFile = join(folder, 'query.dcm')
  await writeFile(
    queryFile,
    dicom(77, { finding: 'PNEUMONIA', view: 'AP', header: { ...QUERY, studyKey: 'q' } }),
  )
  engine = await startEngine(world)
  await call('library.open', { path: join(folder, 'library'), create: true })
  await call('import.run', {
    sources: [
      { kind: 'path', path: join(folder, 'cases') },
      { kind: 'path', path: world.cases },
    ],
  })
})
afterAll(async () => {
  await engine.close()
  await world.remove()
})

describe('a report', () => {
  it('shows the hits, runs again to the same, and says what changed after a change', async () => {
    const queryId = await opened()
    const search = await call('search.image', { queryId, k: 10 })
    const made = await call('report.create', { queryId })
    const report = { kind: 'bytes', name: 'report.pdf', bytes: made.pdf } as const
    const twin = parseTwin(attachedTwin(made.pdf))
    expect(twin.hits.map(({ score }) => score)).toEqual(search.hits.map(({ score }) => score))
    expect(twin.shown).toEqual(twin.hits.slice(0, 5).map(({ key }) => key))
    expect(twin.explanation?.contributions.reduce((sum, share) => sum + share, 0)).toBeCloseTo(
      twin.explanation?.score as number,
      4,
    )

    const query = { kind: 'path', path: queryFile } as const
    expect(await call('report.rerun', { report })).toEqual({ identical: true, differences: [] })
    expect(await call('report.rerun', { report, query })).toEqual({ identical: true, differences: [] })
    const other = await call('report.rerun', { report, query: { kind: 'path', path: world.query } })
    expect(other.differences[0]).toBe('Query: another file than the report was made from.')

    const [first] = search.hits
    const { caseId, findings } = first as NonNullable<typeof first>
    await call('cases.setFindings', { caseId, findings: ['EFFUSION'] })
    const changed = await call('report.rerun', { report })
    expect(changed.identical).toBe(false)
    expect(changed.differences.join(' ')).toContain('Effusion now')
    await call('cases.setFindings', { caseId, findings: [...findings] })
    expect((await call('report.rerun', { report })).identical).toBe(true)
  })

  it('carries nobody else’s identity: not on paper, not in its data, not in a note', async () => {
    const queryId = await opened()
    const { hits } = await call('search.image', { queryId, k: 20 })
    const neighbour = hits.find(({ study }) => study.patientId === NEIGHBOUR.patientId)
    const { noteId } = await call('notes.save', {
      caseId: neighbour?.caseId as string,
      text: 'Tweety KANARIENVOGEL (ZQ4711KANARI) has a consolidation. Seen before.',
    })
    for (const deidentify of [false, true]) {
      const path = join(folder, `privacy-${deidentify}.pdf`)
      const dicomPath = join(folder, `privacy-${deidentify}.dcm`)
      const made = await call('report.create', {
        queryId,
        k: 20,
        noteIds: [noteId],
        comment: 'Pip Spatzmann coughs.',
        deidentify,
        path,
        dicomPath,
      })
      expect(await readFile(path)).toEqual(Buffer.from(made.pdf))
      const twin = JSON.stringify(parseTwin(attachedTwin(made.pdf)))
      const dicomText = (await readFile(dicomPath)).toString('latin1')
      expect(dicomText).toContain(Buffer.from(made.pdf).toString('latin1'))
      for (const text of [twin, dicomText, readable(path)]) {
        if (text === undefined) continue
        expect(text).not.toMatch(/kanari|tweety|zq4711/i)
        if (text !== dicomText) expect(text).toContain('has a consolidation')
        if (deidentify) expect(text).not.toMatch(/spatz|\bpip\b|zq0815/i)
        else if (text !== dicomText) expect(text).toMatch(/spatz/i)
      }
      if (!deidentify) expect(dicomText).toContain(QUERY.patientId)
    }
  })

  it('shows the chosen cases in their order of rank, and refuses one that is not near', async () => {
    const queryId = await opened()
    const { hits } = await call('search.image', { queryId, k: 20 })
    const ids = [hits[11]?.caseId as string, hits[2]?.caseId as string]
    const made = await call('report.create', { queryId, caseIds: ids })
    expect(parseTwin(attachedTwin(made.pdf)).shown).toHaveLength(2)
    await expect(call('report.create', { queryId, caseIds: ['case-9999'] })).rejects.toMatchObject({
      code: 'CASE_NOT_FOUND',
    })
  })

  it('refuses a foreign or changed PDF and a target it cannot write, each with its code', async () => {
    const queryId = await opened()
    const rerun = (bytes: Uint8Array<ArrayBuffer>) =>
      call('report.rerun', { report: { kind: 'bytes', name: 'a.pdf', bytes } })
    await expect(rerun(Buffer.from('%PDF-1.4 another'))).rejects.toMatchObject({ code: 'REPORT_UNREADABLE' })
    await expect(
      call('report.rerun', { report: { kind: 'path', path: join(folder, 'gone.pdf') } }),
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(
      call('report.create', { queryId, path: join(folder, 'no folder', 'a.pdf') }),
    ).rejects.toMatchObject({ code: 'REPORT_FAILED' })
    await expect(call('report.create', { queryId: 'q-gone' })).rejects.toMatchObject({ code: 'QUERY_GONE' })
    if (process.getuid?.() !== 0 && process.platform !== 'win32') {
      const path = join(folder, 'locked.pdf')
      await writeFile(path, 'kept')
      await chmod(path, 0o444)
      await expect(call('report.create', { queryId, path })).rejects.toMatchObject({ code: 'REPORT_FAILED' })
      expect(await readFile(path, 'utf8')).toBe('kept')
    }
  })
})
