/** Where an image lies on a viewport: one affine map from image pixels to canvas pixels, and back. */

/** Canvas x = a*x + c*y + e, y = b*x + d*y + f, as in CSS and canvas. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** What a reader changed. Pan is in fractions of the fitted image, so it means the same for any size of image. */
export type View = {
  zoom: number
  panX: number
  panY: number
  /** Quarter turns clockwise. */
  turns: number
  flipH: boolean
  flipV: boolean
  invert: boolean
  /** Width against the default window's, centre's distance in default widths. */
  width: number
  shift: number
  frame: number
}
export const HOME: View = {
  zoom: 1,
  panX: 0,
  panY: 0,
  turns: 0,
  flipH: false,
  flipV: false,
  invert: false,
  width: 1,
  shift: 0,
  frame: 0,
}

/** The whole image, upright, in its own window. */
export const isHome = (view: View): boolean =>
  (Object.keys(HOME) as (keyof View)[]).every((key) => view[key] === HOME[key])

export function times(m: Affine, n: Affine): Affine {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ]
}
export function inverse(m: Affine): Affine {
  const det = m[0] * m[3] - m[1] * m[2] || 1e-9
  return [
    m[3] / det,
    -m[1] / det,
    -m[2] / det,
    m[0] / det,
    (m[2] * m[5] - m[3] * m[4]) / det,
    (m[1] * m[4] - m[0] * m[5]) / det,
  ]
}
export const apply = (m: Affine, x: number, y: number): [number, number] => [
  m[0] * x + m[2] * y + m[4],
  m[1] * x + m[3] * y + m[5],
]

/** Scale at which the turned image just fits. `aspect` is the height of a pixel against its width. */
export function fitScale(
  width: number,
  height: number,
  columns: number,
  rows: number,
  aspect: number,
  turns: number,
): number {
  const w = columns
  const h = rows * aspect
  const [tw, th] = turns % 2 === 0 ? [w, h] : [h, w]
  return Math.min(width / tw, height / th)
}

/** The map from image pixels to canvas pixels. */
export function placed(
  view: View,
  width: number,
  height: number,
  columns: number,
  rows: number,
  aspect: number,
): Affine {
  const fit = fitScale(width, height, columns, rows, aspect, view.turns)
  const scale = fit * view.zoom
  const angle = (view.turns * Math.PI) / 2
  const cos = Math.round(Math.cos(angle))
  const sin = Math.round(Math.sin(angle))
  const side = fit * Math.max(columns, rows)
  const toCentre: Affine = [1, 0, 0, 1, width / 2 + view.panX * side, height / 2 + view.panY * side]
  const flip: Affine = [view.flipH ? -1 : 1, 0, 0, view.flipV ? -1 : 1, 0, 0]
  const turn: Affine = [cos, sin, -sin, cos, 0, 0]
  const size: Affine = [scale, 0, 0, scale * aspect, (-columns / 2) * scale, (-rows / 2) * scale * aspect]
  return times(toCentre, times(flip, times(turn, size)))
}

const OPPOSITE: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' }
const reversed = (letters: string) => [...letters].map((letter) => OPPOSITE[letter] ?? letter).join('')

/**
 * Letters at the left and right edge and the top and bottom (PS3.3 C.7.6.1.1.1), after turns and flips.
 * @param orientation direction of the rows (to the right) and of the columns (down)
 */
export function edgeLetters(
  orientation: readonly [string, string],
  view: Pick<View, 'turns' | 'flipH' | 'flipV'>,
): { left: string; right: string; top: string; bottom: string } {
  const [across, down] = orientation
  // right, bottom, left, top before any turn; a quarter turn clockwise moves each one on
  let edges = [across, down, reversed(across), reversed(down)]
  for (let turn = 0; turn < ((view.turns % 4) + 4) % 4; turn++)
    edges = [edges[3] ?? '', edges[0] ?? '', edges[1] ?? '', edges[2] ?? '']
  let [right = '', bottom = '', left = '', top = ''] = edges
  if (view.flipH) [left, right] = [right, left]
  if (view.flipV) [top, bottom] = [bottom, top]
  return { left, right, top, bottom }
}
