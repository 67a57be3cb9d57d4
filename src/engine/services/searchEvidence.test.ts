/** What a search may call evidence: not what its own filter chose, and no closeness where none was measured. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hit } from '@shared/domain/search.js'
import { countsOf } from '@shared/evidenceWords.js'
import { makeWorld, type World } from '../../../tests/contract/world.js'
import { startEngine, type RunningEngine } from '../../../tests/support/engine.js'

let world: World
let engine: RunningEngine

const call: RunningEngine['call'] = (method, payload) => engine.call(method, payload)

async function opened(path: string): Promise<string> {
  const { primary } = await call('query.open', { sources: [{ kind: 'path', path }] })
  return primary as string
}

async function measured(name: string, ...paths: string[]): Promise<void> {
  await call('library.open', { path: join(world.userData, '..', name), create: true })
  await call('import.run', { sources: paths.map((path) => ({ kind: 'path', path })) })
  await expect
    .poll(async () => (await call('library.health', {})).state, { timeout: 60_000, interval: 200 })
    .toBe('ready')
}

beforeAll(async () => {
  world = await makeWorld()
  engine = await startEngine(world)
})
afterAll(async () => {
  await engine.close()
  await world.remove()
})

describe('a library that is still being measured', () => {
  it('says so, and shows no counts before it is known whether the query is like its cases', async () => {
    await call('library.open', { path: join(world.userData, '..', 'unmeasured'), create: true })
    await call('import.run', { sources: [{ kind: 'path', path: world.npz }] })
    const queryId = await opened(world.query)
    const early = await call('search.image', { queryId })
    expect(early.query).toMatchObject({ measuring: true })
    expect(early.query.inDistribution).toBeUndefined()
    expect(early.hits).toHaveLength(10)
    expect(countsOf(early)).toEqual([])
    expect(early.evidenceNote).toMatch(/still being measured/)
    await expect
      .poll(async () => (await call('search.image', { queryId })).query.measuring, {
        timeout: 60_000,
        // Searches hold the measuring up: as far apart as the window's.
        interval: 1500,
      })
      .toBeUndefined()
    const { query } = await call('search.image', { queryId })
    expect(query.pValue).toBeDefined()
  })
})

describe('evidence of a narrowed search', () => {
  it('is not counted among cases that were chosen by their label', async () => {
    await measured('measured', world.npz, world.cases)
    const queryId = await opened(world.query)
    const whole = await call('search.image', { queryId })
    expect(whole.evidence.length).toBeGreaterThan(0)
    // Nothing is called close to an image that is unlike all of them.
    const inside = whole.query.inDistribution !== false
    expect(whole.hits.every(({ closeness }) => (closeness !== undefined) === inside)).toBe(true)
    const lateral = await call('search.image', { queryId: await opened(world.lateral) })
    expect(lateral.query.inDistribution).toBe(false)
    expect(lateral.hits.length).toBeGreaterThan(0)
    expect(lateral.hits.every(({ closeness }) => closeness === undefined)).toBe(true)

    for (const finding of ['PNEUMONIA', 'NORMAL']) {
      const found = await call('search.image', { queryId, filters: { findings: [finding] } })
      expect(found.hits.length).toBeGreaterThanOrEqual(6)
      expect(found.evidence).toEqual([])
      expect(found.evidenceNote).toBe(
        `Only cases labelled ${finding.toLowerCase()} were searched, so their labels are no evidence.`,
      )
      if (found.query.inDistribution !== false) expect(found.contrast.length).toBeGreaterThan(0)
      for (const hit of found.contrast) expect(hit.findings).not.toContain(finding)
    }
  })

  it('says that no case passes the filters', async () => {
    const queryId = await opened(world.query)
    const found = await call('search.image', { queryId, filters: { ageMin: 119 } })
    expect(found).toMatchObject({ hits: [], evidence: [], contrast: [] })
    expect(found.evidenceNote).toMatch(/^No case passes these filters/)
  })

  it('calls nothing close or distant in a region or a refined ranking', async () => {
    const queryId = await opened(world.query)
    const region = { x: 0.1, y: 0.4, width: 0.4, height: 0.4 }
    const { hits } = await call('search.image', { queryId, region })
    expect(hits).toHaveLength(10)
    const example = { imageId: hits[0]?.imageId as string, weight: 0.5 }
    const refined = await call('search.image', { queryId, refine: { examples: [example] } })
    for (const hit of [...hits, ...refined.hits, ...refined.contrast]) expect(hit.closeness).toBeUndefined()
  })

  it('leaves out a case that it should be less like, and what is like that case goes down', async () => {
    const queryId = await opened(world.query)
    const plain = await call('search.image', { queryId, k: 40 })
    const counter = plain.hits[2] as Hit
    const { primary } = await call('query.fromImage', { imageId: counter.imageId })
    const alike = (await call('search.image', { queryId: primary as string, k: 200 })).hits
    const examples = [{ imageId: counter.imageId, weight: -2 }]
    const refined = await call('search.image', { queryId, k: 40, refine: { examples } })
    expect(refined.hits.map(({ caseId }) => caseId)).not.toContain(counter.caseId)
    /** Mean score of the ten first against the case that was to be shunned. */
    const likeness = ({ hits }: { hits: readonly Hit[] }): number => {
      const ten = hits.filter(({ caseId }) => caseId !== counter.caseId).slice(0, 10)
      const score = (one: Hit) => alike.find(({ caseId }) => caseId === one.caseId)?.score as number
      return ten.reduce((sum, one) => sum + score(one) / ten.length, 0)
    }
    expect(likeness(refined)).toBeLessThan(likeness(plain))
    expect(Object.keys(refined.hits[0]?.terms ?? {})).toEqual([`unlike ${counter.caseId}`])
  })

  it('has no majority and no opposite on a tie', async () => {
    await measured('even', join(world.cases, 'NORMAL', 'a.png'))
    await call('import.run', { sources: [{ kind: 'path', path: join(world.cases, 'PNEUMONIA', 'a.png') }] })
    const { rows } = await call('cases.list', { offset: 0, limit: 10 })
    for (const [at, one] of rows.entries())
      await call('cases.setFindings', { caseId: one.caseId, findings: [at === 0 ? 'NORMAL' : 'PNEUMONIA'] })
    const queryId = await opened(world.query)
    const found = await call('search.image', { queryId })
    expect(found.evidence).toMatchObject([
      { finding: 'NORMAL', count: 1, of: 2 },
      { finding: 'PNEUMONIA', count: 1, of: 2 },
    ])
    expect(found.contrast).toEqual([])
    const { pages } = await call('report.create', { queryId })
    expect(pages).toBeGreaterThan(0)
  })
})
