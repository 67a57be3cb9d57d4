import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { problemOf } from '@shared/errors.js'
import { temporaryFolder } from '../../../tests/support/library.js'
import { bytesOf, fileHash } from './sourceBytes.js'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

it('hashes a file, and says of one that is gone or no file that it cannot be read', async () => {
  const file = path.join(folder, 'one.png')
  fs.writeFileSync(file, 'abc')
  expect(await fileHash(file)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  const gone = path.join(folder, 'gone.png')
  for (const read of [fileHash, (place: string) => bytesOf({ kind: 'path', path: place })]) {
    expect(await Promise.resolve(read(gone)).catch(problemOf)).toMatchObject({ code: 'FILE_NOT_FOUND' })
    // Met by root, too, whom no permission stops.
    expect(await Promise.resolve(read(folder)).catch(problemOf)).toMatchObject({ code: 'FILE_UNREADABLE' })
  }
})
