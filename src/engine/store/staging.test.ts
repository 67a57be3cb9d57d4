import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { drawnImages, temporaryFolder } from '../../../tests/support/library.js'
import { openLibrary } from './openLibrary.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

let folder: string
let library: SqliteLibrary
beforeEach(() => {
  folder = temporaryFolder()
  library = openLibrary(folder, { create: true })
})
afterEach(() => {
  library.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Everything in objects/ that is a file: originals, left-overs, the mark of a staging. */
const files = (): string[] =>
  fs
    .readdirSync(path.join(folder, 'objects'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ name }) => name)
const originals = (from: number, to: number) => drawnImages(from, to).map(({ original }) => original)

it('takes originals away again that were not added, and none that a case names', async () => {
  library.addImages(drawnImages(0, 2))
  const staged = await library.stageOriginals(originals(0, 5))
  expect(files()).toContain('staging')
  expect(files()).toHaveLength(6)
  staged.done()
  library.discardOriginals(originals(0, 5))
  expect(files().sort()).toEqual(
    library.images
      .objects()
      .map(({ sha256 }) => sha256)
      .sort(),
  )
  expect(files()).toHaveLength(2)
})

it('sweeps at the next opening what a crash left, and what could not be told apart before', async () => {
  library.addImages(drawnImages(0, 2))
  // Killed before the batch was committed.
  await library.stageOriginals(originals(2, 5))
  library.close()
  library = openLibrary(folder)
  expect(files()).toHaveLength(2)

  // Two imports at once, one of which fails: what it staged may be the other's.
  const other = await library.stageOriginals(originals(5, 7))
  const staged = await library.stageOriginals(originals(6, 8))
  staged.done()
  library.discardOriginals(originals(6, 8))
  library.addImages(drawnImages(5, 7))
  other.done()
  expect(files()).toHaveLength(6)
  library.close()
  library = openLibrary(folder)
  expect(files()).toHaveLength(4)
  expect(library.info().images).toBe(4)
})
