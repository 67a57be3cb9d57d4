import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Progress } from '@shared/domain/library.js'
import { HilumError, problemOf } from '@shared/errors.js'
import { bundleEntries } from '../../../tests/support/entries.js'
import { DrawingDecoder, drawnLister, MeanPoolEncoder } from '../../../tests/support/importing.js'
import { drawnImage, temporaryFolder } from '../../../tests/support/library.js'
import { diskLibraries } from '../diskLibraries.js'
import type { CallContext } from '../ports/calls.js'
import type { ImageEncoder } from '../ports/models.js'
import { RecentLibrariesFile } from '../recentLibraries.js'
import { OpenWorkspace } from '../workspace.js'
import { casesService } from './cases.js'
import { importService } from './import.js'
import { libraryService } from './library.js'
import { notesService } from './notes.js'

let entriesDir: string
let userData: string
let encoder: ImageEncoder
let hilum: ReturnType<typeof startServices>

beforeAll(async () => {
  entriesDir = await bundleEntries({ faissWorker: 'src/engine/index/faissWorker.ts' })
})
beforeEach(() => {
  userData = temporaryFolder()
  encoder = new MeanPoolEncoder()
  hilum = startServices()
})
afterEach(async () => {
  await hilum.workspace.close()
  fs.rmSync(userData, { recursive: true, force: true })
})

function startServices() {
  const workspace = new OpenWorkspace(
    () => encoder,
    () => undefined,
  )
  const decoder = new DrawingDecoder()
  const importer = importService(workspace, drawnLister, decoder, { folder: path.join(userData, 'datasets') })
  const libraries = diskLibraries(entriesDir)
  const recent = new RecentLibrariesFile(path.join(userData, 'recent.json'), (folder) =>
    libraries.exists(folder),
  )
  const library = libraryService(workspace, decoder, importer, { libraries, recent, userData })
  return { workspace, importer, library, cases: casesService(workspace), notes: notesService(workspace) }
}

const context = (progress: (p: Progress) => void = () => undefined, signal = new AbortController().signal) =>
  ({ signal, progress }) satisfies CallContext
const drawn = (from: number, to: number, ending = '') =>
  Array.from({ length: to - from }, (_, at) => ({
    kind: 'path' as const,
    path: `drawn:${from + at}${ending}`,
  }))
const named = (...names: string[]) => names.map((name) => ({ kind: 'path' as const, path: name }))
const create = () => hilum.library.open({ create: true }, context())
const nearestTo = async (seed: number) => {
  const { library, index } = hilum.workspace
  const { keys } = await index.search(drawnImage(seed).embedding, 1)
  return library.vectorRows([...keys])[0]?.file
}

describe('import', () => {
  it('imports, counts duplicates within and across, lists failures and goes on', async () => {
    await create()
    const reports: Progress[] = []
    const acknowledged = path.join(userData, 'ack.txt')
    const result = await hilum.importer.run(
      {
        sources: [...drawn(0, 150), ...named('bad:1', 'gone:2', 'drawn:3'), ...drawn(150, 170, '=NORMAL')],
        sourceName: 'Ward',
        ackPath: acknowledged,
      },
      context((progress) => reports.push(progress)),
    )
    expect(result).toMatchObject({ imported: 170, duplicates: 1, cases: 170, images: 170 })
    expect(result.failures.map(({ file, code }) => [file, code])).toEqual([
      ['bad:1', 'IMAGE_CORRUPT'],
      ['gone:2', 'FILE_NOT_FOUND'],
    ])
    expect(reports.at(-1)).toMatchObject({ done: 173, total: 173, imported: 170, duplicates: 1 })
    expect(fs.readFileSync(acknowledged, 'utf8').trim().split('\n')).toHaveLength(170)
    expect(hilum.library.info({}, context())).toMatchObject({
      cases: 170,
      indexVectors: 170,
      sources: { Ward: 170 },
      findings: { NORMAL: 20 },
    })
    expect(await nearestTo(77)).toBe('drawn:77')
    const again = await hilum.importer.run({ sources: drawn(100, 180) }, context())
    expect(again).toMatchObject({ imported: 10, duplicates: 70, images: 180 })
    const labelling = await hilum.importer.run({ sources: drawn(0, 2, '=PNEUMONIA') }, context())
    expect(labelling).toMatchObject({ imported: 0, duplicates: 2 })
    expect(hilum.workspace.library.case('case-0001').findings).toEqual(['PNEUMONIA'])
    // Within one import too: the second of two copies is left out and says whom it contradicts.
    const odd = await hilum.importer.run(
      { sources: named('drawn:155=PNEUMONIA', 'drawn:500=NORMAL', 'drawn:500=MASS', 'drawn:150=NORMAL') },
      context(),
    )
    expect(odd).toMatchObject({ imported: 1, duplicates: 3, failures: [] })
    expect(odd.conflicts).toEqual([
      { file: 'drawn:155=PNEUMONIA', caseId: 'case-0156', offered: ['PNEUMONIA'], stored: ['NORMAL'] },
      { file: 'drawn:500=MASS', caseId: 'case-0181', offered: ['MASS'], stored: ['NORMAL'] },
    ])
  })

  it('says on a full disk how many are in, how many are not, and leaves nothing behind', async () => {
    await create()
    const { library } = hilum.workspace
    const add = library.addImages.bind(library)
    let batches = 0
    vi.spyOn(library, 'addImages').mockImplementation((images) => {
      batches += 1
      if (batches === 3) throw new HilumError('DISK_FULL')
      return add(images)
    })
    await hilum.importer.run({ sources: drawn(0, 10) }, context())
    const full: unknown = await Promise.resolve(
      hilum.importer.run({ sources: drawn(5, 400) }, context()),
    ).catch(problemOf)
    expect(full).toMatchObject({
      code: 'DISK_FULL',
      message:
        'The disk is full. Everything already saved is safe. 64 images were added and are safe, 5 images were in already; 326 images were not added.',
      remedy:
        'Free some space. Then add the same files again: images that are in are recognised and left out.',
    })
    const objects = fs.readdirSync(path.join(library.path, 'objects'), {
      recursive: true,
      withFileTypes: true,
    })
    expect(objects.filter((each) => each.isFile())).toHaveLength(74)
    expect(library.counts().images).toBe(74)
  })

  it('keeps what was committed when it is cancelled', async () => {
    await create()
    const controller = new AbortController()
    const result = await hilum.importer.run(
      { sources: drawn(0, 2000) },
      context(({ imported = 0 }) => {
        if (imported >= 64) controller.abort()
      }, controller.signal),
    )
    expect(result.cancelled).toBe(true)
    expect(result.imported).toBeGreaterThanOrEqual(64)
    expect(result.imported).toBeLessThan(2000)
    expect(hilum.library.info({}, context())).toMatchObject({
      images: result.imported,
      indexVectors: result.imported,
    })
    expect(hilum.workspace.library.check().problems).toEqual([])
  })

  it('loses only the image the model cannot take', async () => {
    const plain = new MeanPoolEncoder()
    encoder = Object.assign(new MeanPoolEncoder(), {
      encode: async (images: Parameters<MeanPoolEncoder['encode']>[0]) => {
        const encoded = await plain.encode(images)
        const odd = drawnImage(5).embedding
        return encoded.map((each) =>
          each.embedding[0] === odd[0] ? { embedding: each.embedding.map(() => Number.NaN) } : each,
        )
      },
    })
    await create()
    const result = await hilum.importer.run({ sources: drawn(0, 10) }, context())
    expect(result.imported).toBe(9)
    expect(result.failures).toMatchObject([{ code: 'MODEL_FAILED' }])
  })
})

describe('library', () => {
  it('is found again with its images, and among the recent ones', async () => {
    expect(() => hilum.library.info({}, context())).toThrow(HilumError)
    await expect(async () => hilum.library.open({}, context())).rejects.toMatchObject({
      code: 'LIBRARY_NOT_FOUND',
    })
    const { path: folder } = await create()
    await hilum.importer.run({ sources: drawn(0, 30) }, context())
    await hilum.library.open({ path: path.join(userData, 'other'), create: true }, context())
    expect(await hilum.library.open({ path: folder }, context())).toMatchObject({
      images: 30,
      indexVectors: 30,
    })
    expect((await hilum.library.recent({}, context())).libraries.map((each) => each.name)).toEqual([
      'library',
      'other',
    ])
    expect(await nearestTo(9)).toBe('drawn:9')
  })

  it('encodes again what another version of the model encoded', async () => {
    const { path: folder } = await create()
    await hilum.importer.run({ sources: drawn(0, 40) }, context())
    await hilum.workspace.close()
    encoder = new MeanPoolEncoder('b'.repeat(64))
    expect(await hilum.library.open({ path: folder }, context())).toMatchObject({ images: 40 })
    const { ok, repaired } = await hilum.library.check({}, context())
    expect(ok).toBe(true)
    expect(await hilum.library.info({}, context())).toMatchObject({ indexVectors: 40 })
    expect(repaired.length).toBeLessThanOrEqual(1)
    expect(await nearestTo(9)).toBe('drawn:9')
  })

  it('deletes cases from the answers at once', async () => {
    await create()
    await hilum.importer.run({ sources: drawn(0, 30) }, context())
    const [row] = hilum.workspace.library.vectorRows([8])
    expect(await nearestTo(7)).toBe('drawn:7')
    expect(await hilum.cases.delete({ caseIds: [row?.row.caseId ?? '', 'case-9999'] }, context())).toEqual({
      deleted: 1,
    })
    expect(await nearestTo(7)).not.toBe('drawn:7')
  })

  it('comes back from its backup, whatever was done to it since', async () => {
    await create()
    await hilum.importer.run({ sources: drawn(0, 30, '=NORMAL') }, context())
    const note = await hilum.notes.save({ caseId: 'case-0003', text: 'No effusion.' }, context())
    const file = path.join(userData, 'ward.hilum-backup')
    const { ok, images, bytes } = await hilum.library.backup({ path: file }, context())
    expect({ ok, images }).toEqual({ ok: true, images: 30 })
    expect(fs.statSync(file).size).toBe(bytes)
    await hilum.cases.delete({ caseIds: ['case-0003', 'case-0008'] }, context())
    await hilum.importer.run({ sources: drawn(50, 60) }, context())
    expect(await hilum.library.restore({ path: file }, context())).toMatchObject({ ok: true, images: 30 })
    expect(hilum.library.info({}, context())).toMatchObject({ images: 30, indexVectors: 30, readOnly: false })
    expect((await hilum.notes.list({ caseId: 'case-0003' }, context())).notes).toEqual([note])
    expect(await nearestTo(7)).toBe('drawn:7=NORMAL')
    expect(await nearestTo(55)).not.toBe('drawn:55')
    expect(await hilum.library.check({}, context())).toEqual({ ok: true, problems: [], repaired: [] })
    expect(fs.readdirSync(path.join(userData, 'library'))).not.toContain('work')
  })

  it('refuses a damaged backup and stays as it was', async () => {
    await create()
    await hilum.importer.run({ sources: drawn(0, 10) }, context())
    const file = path.join(userData, 'ward.hilum-backup')
    await hilum.library.backup({ path: file }, context())
    const whole = fs.readFileSync(file)
    const spoilt = [
      whole.subarray(0, whole.length - 3000),
      Buffer.from('not a backup at all'),
      Buffer.alloc(0),
      Buffer.concat([whole.subarray(0, 5000), Buffer.from([1]), whole.subarray(5001)]),
    ]
    for (const bytes of spoilt) {
      fs.writeFileSync(file, bytes)
      await expect(async () => hilum.library.restore({ path: file }, context())).rejects.toMatchObject({
        code: 'LIBRARY_CORRUPT',
      })
      expect(hilum.library.info({}, context())).toMatchObject({ images: 10, indexVectors: 10 })
    }
    expect(await hilum.library.check({}, context())).toMatchObject({ ok: true })
  })
})
