/** The sample study that lies beside a library's cases, in none of them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports.js'

/** Folder of the sample study, inside the library's. */
export const SAMPLE_FOLDER = 'sample'

export function hasSample(libraryPath: string): boolean {
  return existsSync(join(libraryPath, SAMPLE_FOLDER))
}

/** @param open the service that opens any files as queries */
export function sampleService(
  workspace: Workspace,
  open: Handler<'query.open'>,
): { openSample: Handler<'query.openSample'> } {
  return {
    async openSample(_input, context) {
      const { path } = workspace.library
      if (!hasSample(path)) throw new HilumError('IMAGE_NOT_FOUND', 'This library has no sample study.')
      return await open({ sources: [{ kind: 'path', path: join(path, SAMPLE_FOLDER) }] }, context)
    },
  }
}
