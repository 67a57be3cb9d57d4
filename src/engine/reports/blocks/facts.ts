/** Pairs of label and value. */
import type { Fact } from '../content.js'
import { QUIET, type Element, type Page } from '../page.js'

/** Label and value, as a list: a reader hears them as pairs. @returns the y below */
export function facts(
  page: Page,
  parent: Element | undefined,
  rows: readonly Fact[],
  x: number,
  top: number,
  width: number,
  labelWidth: number,
): number {
  const list = page.element('L', parent)
  let y = top
  for (const [label, value] of rows) {
    const item = page.element('LI', list)
    page.textAt(item, 'Lbl', label, {
      x,
      y,
      width: labelWidth - 6,
      size: 8.5,
      colour: QUIET,
      leading: 11.8,
      most: 2,
    })
    const end = page.textAt(item, 'LBody', value, {
      x: x + labelWidth,
      y,
      width: width - labelWidth,
      size: 8.5,
      leading: 11.8,
      most: 8,
    })
    item.end()
    y = Math.max(y + 11.8, end) + 1
  }
  list.end()
  return y
}
