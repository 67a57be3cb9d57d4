/** Models: encoders of images and words, and their packs (adapters: encoders). Services depend on this port, adapters implement it, createEngine joins them; units and shapes are part of it. */
import type { ModelPack } from '@shared/modelPack.js'
import type { DisplayImage } from './decoding.js'

export type Patches = {
  /** Patch rows, columns. */
  grid: readonly [number, number]
  dimension: number
  /** grid[0] * grid[1] * dimension, row by row. Their mean, L2-normalised, is the image embedding. */
  values: Float32Array
}
export type ImageEmbedding = {
  embedding: Float32Array
  patches?: Patches
  seen?: { rows: number; columns: number; values: Float32Array }
}

export interface ImageEncoder {
  readonly modelId: string
  /** SHA-256 of the image tower's ONNX file. */
  readonly modelSha256: string
  readonly dimension: number
  readonly grid: readonly [number, number]
  readonly receptiveField: number
  readonly provider: { name: string; threads: number; note?: string }
  /** Many images follow: what takes time to start is started beside their decoding. */
  prepare?(): void
  /** @param images any sizes; batched by equal size inside. Embeddings have unit length. */
  encode(
    images: readonly DisplayImage[],
    options?: { patches?: boolean; seen?: boolean },
  ): Promise<ImageEmbedding[]>
}
export interface TextEncoder {
  readonly dimension: number
  encode(text: string): Promise<{ embedding: Float32Array; answerable: number; abstain: boolean }>
}

/** A pack whose every file was read once and matches the manifest. The bytes checked are the bytes used. */
export type VerifiedPack = {
  folder: string
  manifest: ModelPack
  manifestBytes: Uint8Array
  /** SHA-256 of the image tower's ONNX file: the model's identity beside its id. */
  sha256: string
  files: ReadonlyMap<string, Uint8Array>
}
export type Closing<T> = T & { close(): Promise<void> }
/** Model packs on disk and the encoders they hold. */
export interface ModelPacks {
  /** Folders that look like packs, in order of preference; an id that occurs twice counts once. */
  folders(): Promise<string[]>
  /** The manifest alone. @throws MODEL_INVALID */
  manifest(folder: string): Promise<ModelPack>
  /**
   * Reads and checks a whole pack.
   * @param anyName for a pack not installed yet, whose folder may be called otherwise than its id
   * @throws MODEL_INVALID with the reason
   */
  verify(folder: string, anyName?: boolean): Promise<VerifiedPack>
  /** Copies a verified pack into the user's models. @throws MODEL_INVALID, DISK_FULL, STORAGE_FAILED */
  install(pack: VerifiedPack): Promise<string>
  /**
   * On the CPU.
   * @param knownThreads measured before on this machine; measured now when undefined
   * @throws MODEL_INVALID when the tower's answers are not what the manifest says
   */
  openImage(
    pack: VerifiedPack,
    knownThreads: number | undefined,
  ): Promise<{ encoder: Closing<ImageEncoder>; measured: boolean; milliseconds?: number }>
  /** Execution providers this build of the runtime knows. */
  providers(): Promise<string[]>
  /** On an execution provider that was tried in another process before. @throws MODEL_INVALID */
  openImageOn(pack: VerifiedPack, provider: string): Promise<Closing<ImageEncoder>>
  /** Undefined for a pack without a text tower. @throws MODEL_INVALID */
  openText(pack: VerifiedPack): Promise<Closing<TextEncoder> | undefined>
}
