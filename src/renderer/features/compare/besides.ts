/** Which cases stand beside the query and the selected case in the layouts of three and four. */
import type { Hit } from '@shared/domain/search.js'
import type { Slot } from '../../viewer/viewerStore.js'
import type { Layout } from './compareStore.js'

type Beside = { slot: Extract<Slot, 'next' | 'third'>; hit: Hit }

/**
 * The next rank where there are four, then the case that the selected one is set against. Where there is none, or no rank comes
 * after, the nearest rank not yet shown takes the place: no layout leaves a hole while there are cases.
 */
export function besides(
  hits: readonly Hit[],
  selected: Hit | undefined,
  against: Hit | undefined,
  layout: Layout,
): Beside[] {
  const room = layout === '4' ? 2 : layout === '3' ? 1 : 0
  if (!selected || room === 0) return []
  const at = hits.findIndex(({ imageId }) => imageId === selected.imageId)
  const after = hits.slice(at + 1)
  const before = hits.slice(0, Math.max(at, 0)).reverse()
  const ranks = [...after, ...before].filter(({ imageId }) => imageId !== against?.imageId)
  const cases = [...ranks.slice(0, against ? room - 1 : room), ...(against ? [against] : [])]
  const slots = cases.length === 2 ? (['next', 'third'] as const) : (['third'] as const)
  return cases.map((hit, i) => ({ slot: slots[i] ?? 'third', hit }))
}
