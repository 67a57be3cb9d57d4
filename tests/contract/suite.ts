/**
 * The contract's behaviours, once, for every way to reach the engine. A transport gives a factory; the suite never
 * looks behind `HilumClient`, except to end a connection and to come back with the same user's data.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { methods, type HilumEvent } from '../../src/shared/contract.js'
import type { Progress } from '../../src/shared/domain/library.js'
import { errorCodes, type Result } from '../../src/shared/errors.js'
import type { HilumClient } from '../../src/shared/transport.js'
import { hostilePayloads } from './hostile.js'
import { makeWorld, unchecked, type World } from './world.js'

export type Connection = {
  client: HilumClient
  /** Ends the host and its engine the ordinary way; the library's lock is free afterwards. */
  close(): Promise<void>
}
export type TransportFactory = {
  name: string
  /** Starts host and engine for a user. */
  connect(start: { userData: string; modelDirs: string[] }): Promise<Connection>
  /** JSON transports cannot carry what only a structured clone can (NaN, Map, a cycle). */
  structuredClone: boolean
  /** False where hostile payloads are sent by a suite of their own. */
  hostile?: false
}

/** The value of an answer; a problem fails the test with its code. */
export function value<T>(result: Result<T>): T {
  if (!result.ok)
    throw new Error(`${result.problem.code}: ${result.problem.message} ${result.problem.detail ?? ''}`)
  return result.value
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'OK' : result.problem.code)
const path = (file: string) => ({ kind: 'path', path: file }) as const

export function contractSuite(transport: TransportFactory): void {
  describe(`the contract over ${transport.name}`, () => {
    let world: World
    let connection: Connection
    let client: HilumClient
    const events: HilumEvent[] = []

    const connect = async (): Promise<void> => {
      connection = await transport.connect(world)
      client = connection.client
      client.onEvent((event) => events.push(event))
    }
    const opened = async (...files: string[]) =>
      value(await client.call('query.open', { sources: files.map(path) }))

    beforeAll(async () => {
      world = await makeWorld()
      await connect()
    })
    afterAll(async () => {
      await connection.close()
      await world.remove()
    })

    it('tells version and model before any library is open', async () => {
      const status = value(await client.call('engine.status', {}))
      expect(status.library).toBeUndefined()
      expect(status.model?.sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(status.provider?.threads).toBeGreaterThanOrEqual(1)
    })

    it('refuses what needs a library while none is open, and a folder that holds none', async () => {
      expect(codeOf(await client.call('library.info', {}))).toBe('LIBRARY_NONE')
      expect(codeOf(await client.call('library.open', { path: world.cases }))).toBe('LIBRARY_NOT_FOUND')
    })

    it('makes a library, imports a folder of classes with progress, and finds duplicates by content', async () => {
      const info = value(await client.call('library.open', { create: true }))
      expect(info.cases).toBe(0)
      const progress: Progress[] = []
      const result = value(
        await client.call(
          'import.run',
          { sources: [path(world.cases), path(world.notAnImage)] },
          { onProgress: (latest) => progress.push(latest) },
        ),
      )
      expect(result).toMatchObject({ imported: 12, duplicates: 0, cases: 12 })
      expect(result.failures.map(({ code }) => code)).toHaveLength(1)
      expect(errorCodes).toContain(result.failures[0]?.code)
      expect(progress.length).toBeGreaterThan(0)
      expect(progress.at(-1)?.done).toBeGreaterThanOrEqual(12)

      const again = value(await client.call('import.run', { sources: [path(world.cases)] }))
      expect(again).toMatchObject({ imported: 0, duplicates: 12 })
      expect(value(await client.call('library.info', {}))).toMatchObject({
        cases: 12,
        indexVectors: 12,
        findings: { NORMAL: 6, PNEUMONIA: 6 },
      })
      expect(events.some((event) => event.type === 'library' && event.info.cases === 12)).toBe(true)
    })

    it('opens a file and ranks the library’s cases against it', async () => {
      const { primary, studies, failures } = await opened(world.query)
      expect(failures).toEqual([])
      expect(studies[0]?.series[0]?.images[0]?.facts.file).toContain('query.png')
      const found = value(await client.call('search.image', { queryId: primary as string, k: 5 }))
      expect(found.hits.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5])
      const scores = found.hits.map(({ score }) => score)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
      expect(scores[0]).toBeLessThanOrEqual(1.0001)
      // Evidence counts the ten nearest, as it was calibrated, however many are shown.
      expect(found.evidence.reduce((sum, { count }) => sum + count, 0)).toBe(10)
      expect(found.evidence.every(({ of }) => of === 10)).toBe(true)
      expect(found.searched).toBe(12)
      const { decode, encode, search, total } = found.milliseconds
      expect(total).toBeCloseTo(decode + encode + search, 6)
      const majority = found.evidence[0]?.finding as string
      expect(found.contrast.length).toBeGreaterThan(0)
      for (const hit of found.contrast) expect(hit.findings).not.toContain(majority)
    })

    it('gives the same ranking for the same query', async () => {
      const rankingOf = async () => {
        const { primary } = await opened(world.query)
        const { hits } = value(await client.call('search.image', { queryId: primary as string, k: 12 }))
        return hits.map(({ caseId, score }) => `${caseId} ${score}`)
      }
      expect(await rankingOf()).toEqual(await rankingOf())
    })

    it('names the query’s own image in the library and leaves it out of the hits', async () => {
      const { primary } = await opened(world.known)
      const { query, hits } = value(await client.call('search.image', { queryId: primary as string, k: 12 }))
      expect(query.inLibrary).toBeDefined()
      expect(hits).toHaveLength(11)
      expect(hits.map(({ imageId }) => imageId)).not.toContain(query.inLibrary?.imageId)

      const imageId = query.inLibrary?.imageId as string
      const fromImage = value(await client.call('query.fromImage', { imageId }))
      const again = value(await client.call('search.image', { queryId: fromImage.primary as string, k: 12 }))
      expect(again.query.inLibrary?.imageId).toBe(imageId)
      expect(again.hits).toHaveLength(11)
    })

    it('filters by finding and counts what each filter costs', async () => {
      const { primary } = await opened(world.query)
      const { hits, searched, withoutFilter } = value(
        await client.call('search.image', {
          queryId: primary as string,
          filters: { findings: ['NORMAL'] },
        }),
      )
      expect(searched).toBe(6)
      expect(withoutFilter?.['findings']).toBe(12)
      expect(new Set(hits.flatMap(({ findings }) => findings))).toEqual(new Set(['NORMAL']))
    })

    it('searches by a region of the image, with other scores than the whole', async () => {
      const { primary } = await opened(world.query)
      const queryId = primary as string
      const whole = value(await client.call('search.image', { queryId }))
      const part = value(
        await client.call('search.image', { queryId, region: { x: 0, y: 0.5, width: 0.5, height: 0.5 } }),
      )
      expect(part.hits.map(({ score }) => score)).not.toEqual(whole.hits.map(({ score }) => score))
    })

    it('groups a dropped study, chooses the frontal, and says when patients are mixed', async () => {
      const study = await opened(world.lateral, world.frontal)
      expect(study.studies).toHaveLength(1)
      expect(study.studies[0]?.series).toHaveLength(2)
      expect(study.notice).toBeUndefined()
      const images = study.studies.flatMap(({ series }) => series.flatMap((one) => one.images))
      expect(images.find(({ queryId }) => queryId === study.primary)?.facts.file).toContain('frontal')

      expect((await opened(world.lateral)).notice?.code).toBe('NO_FRONTAL')
      expect((await opened(world.frontal, world.otherPatient)).notice?.code).toBe('PATIENTS_MIXED')
    })

    it('keeps laterals of the library out of a search unless they are asked for', async () => {
      const { imported } = value(await client.call('import.run', { sources: [path(world.lateral)] }))
      expect(imported).toBe(1)
      const [added] = value(await client.call('cases.list', { offset: 0, limit: 20 })).rows.filter(
        ({ findings }) => findings.length === 0,
      )
      const caseIds = [added?.caseId ?? '']
      const hitsOf = async (queryId: string | undefined, filters = {}) =>
        value(await client.call('search.image', { queryId: queryId as string, k: 50, filters })).hits.map(
          ({ caseId }) => caseId,
        )
      const { primary } = await opened(world.query)
      expect(await hitsOf(primary)).not.toEqual(expect.arrayContaining(caseIds))
      expect(await hitsOf(primary, { frontalOnly: false })).toEqual(expect.arrayContaining(caseIds))
      value(await client.call('cases.delete', { caseIds }))
    })

    it('opens what it can and lists the rest', async () => {
      const { studies, failures } = await opened(world.query, world.notAnImage)
      expect(studies).toHaveLength(1)
      expect(failures).toHaveLength(1)
      expect(failures[0]?.message).toMatch(/\.$/)
    })

    it('opens bytes as it opens paths', async () => {
      const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
      const { failures } = value(
        await client.call('query.open', { sources: [{ kind: 'bytes', name: 'cut.png', bytes }] }),
      )
      expect(failures).toHaveLength(1)
    })

    it('shows previews, frames and what the encoder sees, of queries and of library images', async () => {
      const { primary } = await opened(world.query)
      const query = { kind: 'query', queryId: primary as string } as const
      const { hits } = value(await client.call('search.image', { queryId: query.queryId, k: 1 }))
      const image = { kind: 'image', imageId: hits[0]?.imageId as string } as const
      for (const ref of [query, image]) {
        const preview = value(await client.call('images.preview', { ref, maxSide: 64 }))
        expect(preview.bytes).toBeInstanceOf(Uint8Array)
        expect(Math.max(preview.rows, preview.columns)).toBeLessThanOrEqual(64)
        const seen = value(await client.call('images.preview', { ref, maxSide: 256, seen: true }))
        expect([...seen.bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
        const frame = value(await client.call('images.frame', { ref }))
        expect(frame.pixels.length).toBe(frame.rows * frame.columns * (frame.format === 'rgb8' ? 3 : 2))
      }
      const { primary: study } = await opened(world.frontal)
      const ref = { kind: 'query', queryId: study as string } as const
      const { tags } = value(await client.call('images.tags', { ref }))
      expect(tags.find(({ keyword }) => keyword === 'PatientID')).toMatchObject({
        value: 'TEST-A',
        identifying: true,
      })
    })

    it('explains a score by shares that add up to it on both sides', async () => {
      const { primary } = await opened(world.query)
      const { hits } = value(await client.call('search.image', { queryId: primary as string, k: 3 }))
      for (const { imageId, score } of hits) {
        const pair = value(
          await client.call('explain.pair', {
            query: { kind: 'query', queryId: primary as string },
            imageId,
            fidelity: true,
          }),
        )
        expect(Math.abs(pair.sum - score)).toBeLessThanOrEqual(1e-4)
        expect(Math.abs(pair.sum - pair.score)).toBeLessThanOrEqual(1e-4)
        const other = pair.caseContributions.reduce((sum, share) => sum + share, 0)
        expect(Math.abs(other - pair.score)).toBeLessThanOrEqual(1e-4)
        expect(pair.contributions).toHaveLength(pair.grid[0] * pair.grid[1])
        expect(pair.fidelity?.random).toBeGreaterThan(-1)
      }
    })

    it('evaluates a gallery against queries without touching the library', async () => {
      const before = value(await client.call('library.info', {}))
      const figures = value(
        await client.call('evaluate.run', {
          gallery: path(`${world.npz}#train`),
          queries: path(`${world.npz}#val`),
          classes: ['NORMAL', 'PNEUMONIA'],
          wall: true,
        }),
      )
      expect(figures.gallery).toMatchObject({ images: 40, perClass: { NORMAL: 20, PNEUMONIA: 20 } })
      expect(figures.queries.images).toBe(8)
      expect(Object.keys(figures.precisionAt)).toEqual(['1', '3', '5', '10'])
      const wall = figures.wall ?? []
      const first = wall.filter(({ truth, hits }) => hits[0]?.finding === truth).length / wall.length
      expect(figures.precisionAt['1']).toBeCloseTo(first, 10)
      const [low, high] = figures.interval95['1'] as [number, number]
      expect(low).toBeLessThanOrEqual(figures.precisionAt['1'] as number)
      expect(high).toBeGreaterThanOrEqual(figures.precisionAt['1'] as number)
      expect(value(await client.call('library.info', {})).cases).toBe(before.cases)

      const own = value(await client.call('evaluate.run', { gallery: 'library', queries: 'library' }))
      expect(own.queries.images).toBe(12)
    })

    it('evaluates words against labelled images: right wordings ranked, what cannot be known declined', async () => {
      const queries = (document: unknown) =>
        ({
          kind: 'bytes',
          name: 'queries.json',
          bytes: new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document)),
        }) as const
      const asked = [
        { text: 'clear lungs no infiltrates', relevant: ['NORMAL'] },
        { text: 'pneumonia consolidation', relevant: ['pneumonia'] },
        { text: 'normal chest x-ray', relevant: ['NORMAL'] },
        { text: 'rib fracture', abstain: true },
      ]
      const figures = value(
        await client.call('evaluate.text', {
          gallery: path(`${world.npz}#train`),
          queries: queries(asked),
          classes: ['NORMAL', 'PNEUMONIA'],
          wall: true,
        }),
      )
      expect(figures.gallery.images).toBe(40)
      expect(figures.answered).toEqual({ count: 3, of: 3 })
      expect(figures.abstain).toEqual({ correct: 1, of: 1 })
      expect(figures.precisionAt['5']).toBe(1)
      expect(figures.precisionAt['10']).toBeGreaterThanOrEqual(0.9)
      expect(figures.ndcgAt10).toBeGreaterThanOrEqual(0.9)
      expect(figures.perQuery.map(({ hits }) => hits?.length)).toEqual([10, 10, 10, undefined])

      const refused = async (document: unknown) =>
        await client.call('evaluate.text', { gallery: 'library', queries: queries(document) })
      for (const document of [
        '{',
        [],
        {},
        [{ text: 'x' }],
        [{ text: ' ', abstain: true }],
        [{ text: 'x', relevant: [] }],
      ])
        expect(codeOf(await refused(document))).toBe('EVALUATION_INVALID')
      expect(codeOf(await refused([{ text: 'x'.repeat(100_000), abstain: true }]))).toBe('QUERY_TOO_LONG')
    })

    it('stops a long call when asked, says so, and goes on with the next', async () => {
      const controller = new AbortController()
      const running = client.call(
        'evaluate.run',
        { gallery: path(world.cases), queries: path(world.cases), degrade: 'noise' },
        { signal: controller.signal },
      )
      // Right behind the call, while it still reads its files: a cancel after the last of them would come too late.
      setTimeout(() => controller.abort(), 0)
      expect(codeOf(await running)).toBe('CANCELLED')
      value(await client.call('engine.status', {}))
    })

    it('declines words when the model was not taught any, and always says so in words', async () => {
      const answer = await client.call('search.text', { text: 'rib fracture' })
      const { query } = value(answer)
      if (query.abstained) expect(query.reason).toMatch(/\.$/)
      expect(codeOf(await client.call('search.text', { text: 'x'.repeat(3000) }))).toBe('QUERY_TOO_LONG')
      expect(codeOf(await client.call('search.text', { text: '  ' }))).toBe('QUERY_SYNTAX')
    })

    it('keeps settings as they were given', async () => {
      value(await client.call('settings.set', { key: 'theme', value: 'dark' }))
      expect(value(await client.call('settings.get', {})).values).toMatchObject({ theme: 'dark' })
    })

    it('answers what is gone or unknown with its own code', async () => {
      expect(codeOf(await client.call('search.image', { queryId: 'q-none' }))).toBe('QUERY_GONE')
      expect(codeOf(await client.call('cases.get', { caseId: 'case-none' }))).toBe('CASE_NOT_FOUND')
      expect(codeOf(await client.call('query.fromImage', { imageId: 'image-none' }))).toBe('IMAGE_NOT_FOUND')
    })

    it.each(['nothing.here', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'engine.status '])(
      'knows no method "%s"',
      async (method) => {
        const code = codeOf(await unchecked(client)(method, {}))
        expect(['METHOD_UNKNOWN', 'NOT_ALLOWED']).toContain(code)
      },
    )

    it.skipIf(transport.hostile === false)(
      'refuses every hostile payload of every method with a code, and lives',
      async () => {
        const ask = unchecked(client)
        const payloads = hostilePayloads(transport.structuredClone)
        expect(payloads.length).toBeGreaterThanOrEqual(200)
        for (const method of methods)
          for (const { name, payload } of payloads) {
            const code = codeOf(await ask(method, payload))
            expect(['PAYLOAD_INVALID', 'NOT_ALLOWED'], `${method} with ${name} answered ${code}`).toContain(
              code,
            )
          }
        value(await client.call('engine.status', {}))
      },
    )

    it('answers many calls at once, each its own', async () => {
      const { primary } = await opened(world.query)
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          i % 2 === 0
            ? client.call('search.image', { queryId: primary as string, k: 1 + (i % 7) })
            : client.call('cases.list', { offset: 0, limit: 1 + i }),
        ),
      )
      answers.forEach((answer, i) => {
        const got = value<unknown>(answer) as { hits?: unknown[]; rows?: unknown[] }
        expect(i % 2 === 0 ? got.hits?.length : got.rows?.length).toBe(
          i % 2 === 0 ? 1 + (i % 7) : Math.min(12, 1 + i),
        )
      })
    })

    it('comes back after an end with everything it acknowledged', async () => {
      await connection.close()
      await connect()
      expect(value(await client.call('library.open', {}))).toMatchObject({ cases: 12, readOnly: false })
      const { primary } = await opened(world.query)
      const { hits } = value(await client.call('search.image', { queryId: primary as string, k: 3 }))
      expect(hits).toHaveLength(3)
      expect(value(await client.call('settings.get', {})).values).toMatchObject({ theme: 'dark' })
    })

    it('opens for reading only when asked, and then changes nothing', async () => {
      await connection.close()
      await connect()
      expect(value(await client.call('library.open', { readOnly: true })).readOnly).toBe(true)
      const { rows } = value(await client.call('cases.list', { offset: 0, limit: 1 }))
      const caseId = rows[0]?.caseId as string
      expect(codeOf(await client.call('cases.delete', { caseIds: [caseId] }))).toBe('LIBRARY_READ_ONLY')
      expect(codeOf(await client.call('notes.save', { caseId, text: 'A note.' }))).toBe('LIBRARY_READ_ONLY')
      expect(value(await client.call('library.open', {})).readOnly).toBe(false)
    })
  })
}
