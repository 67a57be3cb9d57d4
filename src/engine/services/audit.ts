/** The audit log of the open library, newest first, and whether its chain holds. */
import type { Handler, Workspace } from '../ports/calls.js'

export function auditService(workspace: Workspace): { list: Handler<'audit.list'> } {
  return {
    list({ offset, limit }) {
      return workspace.library.auditEntries(offset, limit)
    },
  }
}
