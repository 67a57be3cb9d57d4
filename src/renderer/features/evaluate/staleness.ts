/** Whether figures still speak of the library and the model as they are. */
import type { LibraryInfo } from '@shared/domain/library.js'

/** What figures rest on beside files: the library's counts, where it is one of the sets, and the model in use. */
export type Basis = {
  library?: { images: number; findings: string }
  model?: string
}
/** Images before and now where their number changed; findings where only they did. */
export type Stale = { images?: [before: number, now: number]; findings?: true; model?: true }

type Present = {
  library: Pick<LibraryInfo, 'images' | 'findings'> | undefined
  status: { model?: { sha256: string } | undefined } | undefined
}

export function basisOf({ library, status }: Present, ofLibrary: boolean): Basis {
  return {
    ...(status?.model === undefined ? {} : { model: status.model.sha256 }),
    ...(ofLibrary && library
      ? { library: { images: library.images, findings: JSON.stringify(library.findings) } }
      : {}),
  }
}

/** @returns undefined while the figures are of the present state */
export function staleBy(basis: Basis | undefined, present: Present): Stale | undefined {
  if (basis === undefined) return undefined
  const now = basisOf(present, basis.library !== undefined)
  const images: [number, number] | undefined =
    basis.library && now.library && basis.library.images !== now.library.images
      ? [basis.library.images, now.library.images]
      : undefined
  const stale: Stale = {
    ...(images ? { images } : {}),
    ...(!images && basis.library && now.library && basis.library.findings !== now.library.findings
      ? { findings: true }
      : {}),
    ...(basis.model !== undefined && now.model !== undefined && basis.model !== now.model
      ? { model: true }
      : {}),
  }
  return Object.keys(stale).length === 0 ? undefined : stale
}
