import { csv } from '@shared/csv.js'
import type { AuditEntry } from '@shared/domain/library.js'

/** The audit log as RFC 4180, oldest first, with its hashes: anybody can follow the chain again. */
export function auditCsv(entries: readonly AuditEntry[]): string {
  return csv([
    ['entry', 'at', 'actor', 'action', 'subject', 'detail', 'previous', 'hash'],
    ...[...entries]
      .sort((a, b) => a.entry - b.entry)
      .map((each) => [
        each.entry,
        each.at,
        each.actor,
        each.action,
        each.subject,
        each.detail,
        each.previous,
        each.hash,
      ]),
  ])
}
