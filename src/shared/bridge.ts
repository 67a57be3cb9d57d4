/** What a host gives the window as `window.hilum`: the contract, events, and the few things only a host can do. */
import type { HilumEvent, Input, Method, Output } from './contract.js'
import type { Source } from './domain/images.js'
import type { Result } from './errors.js'
import type { CallOptions } from './transport.js'

/**
 * A file the user chose by dropping, pasting or a dialog. Electron keeps the path on its own side and hands the page a
 * token only; in a browser the page holds the file itself, and its bridge sends the bytes when a call needs them.
 */
export type GrantedSource =
  | { kind: 'granted'; token: string; name: string }
  | { kind: 'file'; name: string; file: File }
  | Extract<Source, { kind: 'bytes' }>

/** An input whose `Source`s the page may only name by grant. */
export type Granted<T> = T extends Uint8Array
  ? T
  : T extends Source
    ? GrantedSource
    : T extends readonly (infer U)[]
      ? Granted<U>[]
      : T extends object
        ? { [K in keyof T]: Granted<T[K]> }
        : T

export type DroppedFile = {
  file: File
  /** Path inside what was dropped, `/`-separated. */ relativePath: string
}

export interface HilumBridge {
  readonly host: 'electron' | 'web'
  readonly platform: 'linux' | 'darwin' | 'win32' | 'other'
  call<M extends Method>(
    method: M,
    payload: Granted<Input<M>>,
    options?: CallOptions,
  ): Promise<Result<Output<M>>>
  onEvent(listener: (event: HilumEvent) => void): () => void
  /** Files from a drop, a paste or an input element, as sources. In Electron a dropped folder stays one source. */
  sourcesOf(files: readonly DroppedFile[]): Promise<GrantedSource[]>
  /** The host's own dialogs; `undefined` when the user closed them. */
  pickFiles(): Promise<GrantedSource[] | undefined>
  pickFolder(): Promise<GrantedSource[] | undefined>
  /** Asks where to, writes aside and renames; a browser downloads. Resolves to the shown name, `undefined` when closed. */
  saveAs(suggestedName: string, bytes: Uint8Array, mime: string): Promise<Result<string> | undefined>
  /**
   * A place the user chose for a file that the engine writes itself (backup, report): a `granted:…` string for the
   * call's `path`. `undefined` when closed, and always in a browser, which has no such places.
   */
  saveTarget(suggestedName: string): Promise<string | undefined>
}

/**
 * Plain `path` fields (`library.open`, `library.backup`, …) take a granted place as this string, from `saveTarget` or
 * from a `GrantedSource` of `pickFiles` and `pickFolder`. Raw paths are refused, except for libraries the engine named.
 */
export const grantedPath = (token: string): string => `granted:${token}`

/** What the preload gives the page: functions and plain data only, because nothing else crosses the context bridge. */
export interface RawElectronBridge {
  readonly platform: HilumBridge['platform']
  call(
    id: number,
    method: string,
    payload: unknown,
    onProgress: ((progress: unknown) => void) | undefined,
  ): Promise<unknown>
  cancel(id: number): void
  onEvent(listener: (event: unknown) => void): () => void
  /** The token of a file that was dropped, pasted or chosen in this window, by what the page can see of it. */
  grantOf(file: { name: string; size: number; lastModified: number }): string | undefined
  pickFiles(): Promise<GrantedSource[] | undefined>
  pickFolder(): Promise<GrantedSource[] | undefined>
  saveAs(suggestedName: string, bytes: Uint8Array, mime: string): Promise<unknown>
  saveTarget(suggestedName: string): Promise<string | undefined>
}
