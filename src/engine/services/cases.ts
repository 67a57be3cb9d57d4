/** Listing, reading, labelling and deleting cases. */
import { HilumError } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports/calls.js'

/** Cases deleted in one transaction: a cancelled deletion has deleted whole cases, and says how many. */
const BATCH = 100

export function casesService(workspace: Workspace): {
  list: Handler<'cases.list'>
  get: Handler<'cases.get'>
  setFindings: Handler<'cases.setFindings'>
  delete: Handler<'cases.delete'>
} {
  return {
    list({ offset, limit, words, filters, sort, descending }) {
      return workspace.library.cases({
        offset,
        limit,
        ...(words === undefined ? {} : { words }),
        ...(filters === undefined ? {} : { filters }),
        ...(sort === undefined ? {} : { sort }),
        ...(descending === undefined ? {} : { descending }),
      })
    },
    get: ({ caseId }) => workspace.library.case(caseId),
    setFindings({ caseId, findings }) {
      workspace.library.setFindings(caseId, findings)
      workspace.changed()
      return workspace.library.case(caseId)
    },
    async delete({ caseIds }, context) {
      const { library, index } = workspace
      let deleted = 0
      try {
        for (let from = 0; from < caseIds.length; from += BATCH) {
          if (context.signal.aborted)
            throw new HilumError('CANCELLED', `Cancelled. ${deleted} cases were deleted.`)
          const batch = caseIds.slice(from, from + BATCH)
          const keys = library.keysOfCases(batch)
          deleted += library.deleteCases(batch)
          await index.remove(keys)
          context.progress({
            phase: 'Deleting',
            done: Math.min(from + BATCH, caseIds.length),
            total: caseIds.length,
          })
        }
      } finally {
        await index.saveQuietly()
        workspace.changed()
      }
      const backups = library.backupsMade()
      return { deleted, ...(deleted === 0 || backups.length === 0 ? {} : { backups }) }
    },
  }
}
