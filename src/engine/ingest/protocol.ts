/** Messages between the engine and its decode processes: structured-clone values only. */
import type { DecodeReport, Tag, ViewerFrame } from '@shared/domain/viewer.js'
import type { Problem } from '@shared/errors.js'
import type { Decoded, Decoder } from '../ports/decoding.js'

export type Want = Parameters<Decoder['decode']>[1]
/** Archive bytes are sent once under a number of their own. */
export type ArchiveAt = { path: string } | { held: number }
export type Place =
  | { kind: 'file'; path: string }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'zipEntry'; archive: ArchiveAt; entry: string }
  | { kind: 'npzRow'; archive: ArchiveAt; split: string; row: number }

/** `pixelSha256` one a row, as each alone would have it. */
export type Stack = { n: number; rows: number; columns: number; values: Uint16Array; pixelSha256: string[] }
export type Job =
  | { op: 'decode'; name: string; place: Place; want: Want }
  | { op: 'npz'; archive: ArchiveAt; split: string }
  | { op: 'frame'; name: string; place: Place; frame: number; maxSide?: number }
  | { op: 'tags'; name: string; place: Place }
  | { op: 'describe'; name: string; place: Place; png: boolean }
/** The answer's type of each operation. */
export type Answers = {
  decode: Decoded
  npz: Stack
  frame: ViewerFrame
  tags: Tag[]
  describe: { report: DecodeReport; png?: Uint8Array }
}

export type ToDecoder =
  | { type: 'job'; id: number; job: Job }
  | { type: 'hold'; number: number; bytes: Uint8Array }
  | { type: 'drop'; number: number }
  | { type: 'cancel'; id: number }
export type FromDecoder =
  | { type: 'start'; id: number }
  | { type: 'done'; id: number; value: unknown }
  | { type: 'failed'; id: number; problem: Problem }
  /** Resident bytes, for systems where the parent cannot look. */
  | { type: 'memory'; bytes: number }
