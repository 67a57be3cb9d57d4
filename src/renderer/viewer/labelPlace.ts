/** Where the words of a mark lie, so that all of them can be read inside the pane. */

type Box = { left: number; top: number; width: number; height: number; lines: string[] }

/** Words in lines no wider than `most`; a word wider than that stands alone. */
function wrapped(text: string, most: number, measure: (text: string) => number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && measure(longer) <= most) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/**
 * Right of the point in one line, else in as few lines as fit there, else left of it; moved into the pane.
 * @param size height of the letters, `gap` the distance from the point: both in the pane's pixels
 * @param measure width of a text in the pane's pixels
 * @param from where the line that ends at the point comes from: the words go below it, or above, rather than over it
 */
export function placeLabel(
  text: string,
  [x, y]: readonly [number, number],
  pane: { readonly width: number; readonly height: number },
  size: number,
  gap: number,
  measure: (text: string) => number,
  from?: readonly [number, number],
): Box {
  const edge = size * 0.4
  const inner = (room: number): number => room - gap - edge * 4
  const whole = measure(text)
  const right = inner(pane.width - x)
  const left = inner(x)
  const side = right >= whole || right >= left ? right : left
  // Two lines at most where there is a choice: half of the words' width and a word more.
  const room = Math.min(pane.width - edge * 4, Math.max(side, whole * 0.65))
  const lines = wrapped(text, Math.max(room, 0), measure)
  const width = Math.max(...lines.map(measure)) + edge * 2
  const height = size * (0.3 + lines.length * 1.3)
  const into = (start: number, length: number, most: number): number =>
    Math.max(edge, Math.min(start, most - length - edge))
  const over = from !== undefined && from[0] < x === (side !== right)
  const below = y + size * 0.6
  const top = !over ? y - size * 0.8 : below + height + edge <= pane.height ? below : y - size * 0.6 - height
  return {
    left: into(side === right ? x + gap : x - gap - width, width, pane.width),
    top: into(top, height, pane.height),
    width,
    height,
    lines,
  }
}
