/** What lists and decodes what was dropped (adapters: ingest, imaging). Services depend on this port, adapters implement it, createEngine joins them; units and shapes are part of it. */
import type { FileFacts, Source, StudyFacts } from '@shared/domain/images.js'
import type { Tag, ViewerFrame, DecodeReport } from '@shared/domain/viewer.js'
import type { Problem } from '@shared/errors.js'

/** One decodable thing found in what was dropped: a file, an archive entry, a row of an NPZ array. */
export type Item = {
  /** Name for people: path relative to what was dropped, `/`-separated, archive and entry joined by `/`. */
  name: string
  /** How the decode process gets the bytes. */
  locator:
    | { kind: 'file'; path: string }
    | { kind: 'bytes'; bytes: Uint8Array }
    | { kind: 'zipEntry'; archive: { path: string } | { bytes: Uint8Array }; entry: string }
    | { kind: 'npzRow'; archive: { path: string } | { bytes: Uint8Array }; split: string; row: number }
  /** From a folder's name, an NPZ label or a labels file, upper case; absent when unlabelled. */
  findings?: readonly string[]
  /** Metadata from a labels file. */
  labels?: ItemLabels
}
export type ItemLabels = {
  findings?: readonly string[]
  patientId?: string
  studyDate?: string
  view?: string
  sex?: 'F' | 'M' | 'O'
  age?: number
  sourceUrl?: string
  licence?: string
  notes?: string
}

export type ListedFailure = { file: string; problem: Problem }
/** Walks what was dropped. `items` is lazy so that counting does not decode; failures come as they are met. */
export interface SourceLister {
  /** @param split from `file.npz#train`; classes for other NPZ labels. Signal cancels between entries. */
  list(
    sources: readonly Source[],
    options: {
      labels?: Source
      classes?: readonly string[]
      signal?: AbortSignal
    },
  ): AsyncIterable<{ item: Item } | { failure: ListedFailure }>
}

/** Grey display values of one frame after modality LUT, VOI (default window) and polarity: bone is white. */
export type DisplayImage = {
  rows: number
  columns: number
  /** rows * columns values, row by row, 0 (black) to 65535 (white). */
  values: Uint16Array
}

export type Decoded = {
  name: string
  facts: FileFacts
  study: StudyFacts
  view: 'frontal' | 'lateral' | 'other' | 'unknown'
  /** The view was recognised from the picture: nothing in the file says it. */
  viewSeen?: true
  cautions: string[]
  /** First 64 hex: sha256 of `${rows}x${columns}x${samplesPerPixel}x${bytesPerSample}:` and the little-endian stored samples, frame 0. */
  pixelSha256: string
  seriesNumber?: number
  instanceNumber?: number
  seriesDescription?: string
  /** Present when asked for by `want`. */
  display?: DisplayImage
  preview?: { mime: 'image/jpeg' | 'image/png'; bytes: Uint8Array; rows: number; columns: number }
  /** The original file's bytes as the library keeps them (for an NPZ row: a PNG of it). Present when asked for. */
  original?: Uint8Array
  /** Free text in the file fit for a case note (DICOM ImageComments, SR text …). */
  notes?: string
}

/** Decodes in a supervised process: time and memory bounded; a crash or hang is a problem, never an exception of ours. */
export interface Decoder {
  decode(
    item: Item,
    want: {
      display?: boolean
      /** Longest side of the preview in pixels. */
      preview?: number
      /** No preview of an image that is no larger than one: it is made when somebody looks. */
      previewIfLarger?: boolean
      original?: boolean
      frame?: number
    },
    signal?: AbortSignal,
  ): Promise<Decoded>
  /** Rows of one NPZ split as one batch: far faster than row by row. `values` is n * rows * columns, 0..65535. */
  decodeNpz(
    archive: { path: string } | { bytes: Uint8Array },
    split: string,
    signal?: AbortSignal,
  ): Promise<{ n: number; rows: number; columns: number; values: Uint16Array; pixelSha256: string[] }>
  frame(item: Item, frame: number, maxSide: number | undefined, signal?: AbortSignal): Promise<ViewerFrame>
  tags(item: Item, signal?: AbortSignal): Promise<Tag[]>
  describe(
    item: Item,
    png: boolean,
    signal?: AbortSignal,
  ): Promise<{ report: DecodeReport; png?: Uint8Array }>
  /** Ends the decode processes. */
  close(): Promise<void>
}
