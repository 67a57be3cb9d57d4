/**
 * A library's folder made to harm whoever opens it: links to the user's own files where Hilum sweeps, pipes where it reads,
 * originals that are somebody else's. Nothing outside is changed, nothing hangs, and the rest of the library works.
 */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { faissThread, type FaissThread } from '../../src/engine/index/faissThread.js'
import { LibraryIndex } from '../../src/engine/index/libraryIndex.js'
import { readOwner } from '../../src/engine/store/lock.js'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import { bundleEntries } from '../support/entries.js'
import { drawnImages, fill, temporaryFolder, TEST_DIMENSION, TEST_MODEL } from '../support/library.js'

let root: string
let folder: string
let victim: string
let thread: FaissThread
const within = (...names: string[]) => path.join(folder, ...names)

/** Everything below a folder, with its content. */
function contentOf(place: string): Record<string, string> {
  const files = fs.readdirSync(place, { withFileTypes: true, recursive: true })
  return Object.fromEntries(
    files.map((each) => {
      const full = path.join(each.parentPath, each.name)
      return [full, each.isFile() ? fs.readFileSync(full, 'utf8') : 'a folder']
    }),
  )
}

/** What a day does to a library: opened, filled, indexed, checked, a case deleted, closed. */
async function day(): Promise<string[]> {
  const library = openLibrary(folder)
  try {
    await fill(library, drawnImages(1000, 1150, { preview: true }))
    const index = await LibraryIndex.open(library, TEST_MODEL, TEST_DIMENSION, thread)
    await index.rebuild()
    const { problems } = library.check()
    const [row] = library.cases({ offset: 0, limit: 1 }).rows
    library.deleteCases([row?.caseId ?? ''])
    await index.close()
    library.preview('image-0002', 512)
    return problems.map(({ message }) => message)
  } finally {
    library.close()
  }
}

beforeAll(async () => {
  thread = faissThread(await bundleEntries({ faissWorker: 'src/engine/index/faissWorker.ts' }))
})
beforeEach(() => {
  root = temporaryFolder('hilum-hostile')
  folder = path.join(root, 'library')
  victim = path.join(root, 'home')
  fs.mkdirSync(path.join(victim, 'Documents', 'ab'), { recursive: true })
  fs.writeFileSync(path.join(victim, 'thesis.txt'), 'years of work')
  fs.writeFileSync(path.join(victim, 'snapshot.json'), 'mine')
  fs.writeFileSync(path.join(victim, 'Documents', 'letter.txt'), 'Dear colleague')
  fs.writeFileSync(path.join(victim, 'Documents', 'ab', `ab${'0'.repeat(62)}`), 'another library’s original')
  const library = openLibrary(folder, { create: true })
  library.addImages(drawnImages(0, 20, { preview: true }))
  library.close()
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

/** Puts a link to `target` in the place of what is there. */
function link(place: string, target: string): void {
  fs.rmSync(place, { recursive: true, force: true })
  fs.symlinkSync(target, place)
}

describe.skipIf(process.platform === 'win32')('a library’s folder made to harm', () => {
  it.each(['previews', 'index', 'measured', 'work'])(
    '%s that leads to the user’s files: they stay, the library works',
    async (name) => {
      link(within(name), victim)
      const before = contentOf(victim)
      expect(await day()).toEqual([])
      expect(contentOf(victim)).toEqual(before)
    },
  )

  it.each(['objects', 'sample'])('%s that leads elsewhere is refused, for reading too', (name) => {
    link(within(name), path.join(victim, 'Documents'))
    const before = contentOf(victim)
    for (const readOnly of [false, true])
      expect(() => openLibrary(folder, { readOnly })).toThrow(
        expect.objectContaining({ code: 'LIBRARY_CORRUPT' }) as Error,
      )
    expect(contentOf(victim)).toEqual(before)
  })

  it('links deeper inside lose nothing of what they lead to', async () => {
    link(within('previews', 'Do'), victim)
    link(within('previews', 'ab'), path.join(victim, 'Documents', 'ab'))
    link(within('objects', 'ab'), path.join(victim, 'Documents', 'ab'))
    link(within('index', 'snapshot.json'), path.join(victim, 'thesis.txt'))
    link(within('library.owner.json'), path.join(victim, 'thesis.txt'))
    const before = contentOf(victim)
    await day()
    expect(contentOf(victim)).toEqual(before)
  })

  it('an original that is a link is neither shown nor sound', () => {
    const library = openLibrary(folder)
    const { objectSha256 } = library.image('image-0001')
    link(library.objects.pathOf(objectSha256), path.join(victim, 'thesis.txt'))
    expect(() => library.imageItem('image-0001')).toThrow(
      expect.objectContaining({ code: 'STORAGE_FAILED' }) as Error,
    )
    expect(library.check().problems).toHaveLength(1)
    library.close()
  })

  it('a pipe or an endless device where a file belongs holds nobody up', async () => {
    const library = openLibrary(folder)
    const { objectSha256 } = library.image('image-0001')
    const original = library.objects.pathOf(objectSha256)
    const other = library.objects.pathOf(library.image('image-0002').objectSha256)
    const shard = path.dirname(original.replace(within('objects'), within('previews')))
    const previews = path.join(shard, objectSha256)
    library.close()
    const [picture] = fs.readdirSync(previews)
    fs.mkdirSync(within('measured'), { recursive: true })
    for (const place of [
      original,
      path.join(previews, String(picture)),
      within('index', 'snapshot.json'),
      within('measured', 'statistics.json'),
    ]) {
      fs.rmSync(place, { force: true })
      execFileSync('mkfifo', [place])
    }
    link(other, '/dev/zero')
    const owner = within('library.owner.json')
    execFileSync('mkfifo', [owner])
    expect(readOwner(folder)).toBeUndefined()
    expect(await day()).toEqual(['2 original files are missing or damaged.'])
  }, 60_000)
})
