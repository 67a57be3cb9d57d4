/** What every decoder hands to the grey-scale pipeline, whatever the file was. */
import type { FileFacts, StudyFacts } from '@shared/domain/images.js'

/** Stored samples of one frame, row by row, colour interleaved as RGB. */
export type Samples =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'
/** One VOI window over modality values (PS3.3 C.11.2.1.2). */
export type Window = { center: number; width: number; function: WindowFunction; explanation?: string }

/** A look-up table: inputs up to `first` take the first entry, inputs past the end the last (PS3.3 C.11.1.1). */
export type Lut = { first: number; bits: number; values: Uint16Array | Uint8Array; explanation?: string }

/** Attributes that say how stored grey values become display values. */
export type GreyParameters = {
  /** Modality LUT, or rescale `slope * stored + intercept` (PS3.3 C.11.1). */
  modality: { slope: number; intercept: number } | { lut: Lut }
  windows: readonly Window[]
  voiLut?: Lut
  /** MONOCHROME1 or presentation LUT shape INVERSE: white is low. */
  inverted: boolean
  /** Stored values that are no picture (PS3.3 C.7.5.1.1.2): inclusive range. */
  padding?: { low: number; high: number }
}

/** Red, green and blue tables of a PALETTE COLOR image, 8 bits out. */
export type Palette = { first: number; red: Uint8Array; green: Uint8Array; blue: Uint8Array }

/** An image that has been opened: header known, frames decoded on demand. */
export type OpenImage = {
  kind: FileFacts['kind']
  rows: number
  columns: number
  frames: number
  /** 1 or 3. */
  samplesPerPixel: number
  bitsStored: number
  signed: boolean
  /** Floating point samples have no fixed range. */
  floating: boolean
  /** As the file says it. */
  photometric: string
  transferSyntax?: string
  warnings: string[]
  /** Of the first frame, and of all where `greyAt` is absent. */
  grey: GreyParameters
  /** Of a frame, where functional groups give each its own (PS3.3 C.7.6.16). */
  greyAt?(frame: number): GreyParameters
  palette?: Palette
  study: StudyFacts
  synthetic: boolean
  /** Free text of the file fit for a case note. */
  notes?: string
  seriesNumber?: number
  instanceNumber?: number
  seriesDescription?: string
  /** Row height over column width of a pixel; 1 is square. */
  aspect: number
  spacing?: { row: number; column: number; kind: 'patient' | 'detector' | 'calibrated' }
  orientation?: [string, string]
  /** False for rasters that are no radiograph's own file: they carry no window by their nature. */
  medical: boolean
  /** Stored samples of one frame, `rows * columns * samplesPerPixel`. Throws `HilumError`. */
  frame(index: number): Promise<Samples>
}

/** The image as one of its frames is to be shown: with that frame's own grey parameters. */
export function atFrame(image: OpenImage, frame: number): OpenImage {
  return image.greyAt === undefined ? image : { ...image, grey: image.greyAt(frame) }
}
