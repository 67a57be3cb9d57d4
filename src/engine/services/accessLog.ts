/**
 * Who looked at what. Changes write their audit entry in their own transaction; what only reads has none, so its entry is
 * committed before the answer leaves the engine: an access that cannot be logged is not given.
 */
import type { Method, Output, Parsed } from '@shared/contract.js'
import type { Handler, Workspace } from '../ports/calls.js'

/** Subjects and details are ids, checksums and counts, never names or words: a deleted case leaves nothing here. */
export type AccessEntry = { subject: string; detail?: Record<string, unknown> }

/** Cases of an answer that are named in its entry. */
const NAMED = 50

/** The cases that an answer showed. */
export function shownCases(hits: readonly { caseId: string }[]): Record<string, unknown> {
  return { shown: hits.length, cases: [...new Set(hits.slice(0, NAMED).map((hit) => hit.caseId))] }
}

/**
 * @param entryOf what is logged of an answer; undefined for one that shows nothing of the library
 * @returns the handler, which logs `action` in the open library before it answers. A library that is open for reading
 *   only cannot be written to, its audit log included
 */
export function logged<M extends Method>(
  workspace: Workspace,
  action: string,
  handler: Handler<M>,
  entryOf: (input: Parsed<M>, output: Output<M>) => AccessEntry | undefined,
): Handler<M> {
  return async (input, context) => {
    const output = await handler(input, context)
    const entry = workspace.hasLibrary && !workspace.library.readOnly ? entryOf(input, output) : undefined
    if (entry !== undefined) workspace.library.audit(action, entry.subject, entry.detail ?? {})
    return output
  }
}
