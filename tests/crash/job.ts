/** What the killed process is told to do, and what it says. */
export const OPERATIONS = [
  'import',
  'delete',
  'note',
  'migrate',
  'snapshot',
  'backup',
  'restore',
  'model',
] as const
export type Operation = (typeof OPERATIONS)[number]
export type Job = { folder: string; operation: Operation; seed: number; backup: string }
export type Word =
  | { kind: 'ready' }
  | { kind: 'added'; images: { imageId: string; caseId: string }[] }
  | { kind: 'deleting'; caseIds: string[] }
  | { kind: 'deleted'; caseIds: string[] }
  | { kind: 'noting'; caseId: string; text: string }
  | { kind: 'noted'; caseId: string; text: string }
  | { kind: 'restoring' }
  | { kind: 'switching'; modelId: string }
  | { kind: 'switched'; modelId: string }
  | { kind: 'embedded'; modelId: string; imageIds: string[] }
