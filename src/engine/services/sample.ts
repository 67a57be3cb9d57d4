/** The sample study that lies beside a library's cases, in none of them. */
import { existsSync } from 'node:fs'
import { HilumError } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports/calls.js'

/** @param open the service that opens any files as queries */
export function sampleService(
  workspace: Workspace,
  open: Handler<'query.open'>,
): { openSample: Handler<'query.openSample'> } {
  return {
    async openSample(_input, context) {
      const { sample } = workspace.library.folders
      if (!existsSync(sample)) throw new HilumError('IMAGE_NOT_FOUND', 'This library has no sample study.')
      return await open({ sources: [{ kind: 'path', path: sample }] }, context)
    },
  }
}
