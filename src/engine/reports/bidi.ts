/**
 * The order in which the words of a line stand on paper. pdfkit shapes each word, right to left where its script is, but
 * sets all words from left to right. After the Unicode bidirectional algorithm (UAX #9) with whole words as its items:
 * runs of the other direction are turned round, numbers go with their neighbours.
 */
type Direction = 'left' | 'right' | undefined

const RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const LETTER = /\p{L}/u

/** Of the first letter; none for numbers and signs. */
function directionOf(word: string): Direction {
  for (const character of word) if (LETTER.test(character)) return RIGHT.test(character) ? 'right' : 'left'
  return undefined
}

export const hasRightToLeft = (text: string): boolean => RIGHT.test(text)

/** @returns indices of the words from left to right, and whether the line as a whole runs from right to left */
export function visualOrder(words: readonly string[]): { order: number[]; fromRight: boolean } {
  const own = words.map(directionOf)
  const fromRight = own.find((direction) => direction !== undefined) === 'right'
  const base: Direction = fromRight ? 'right' : 'left'
  const directions = own.map((direction, at) => {
    if (direction !== undefined) return direction
    const before = own.slice(0, at).findLast((each) => each !== undefined) ?? base
    const after = own.slice(at + 1).find((each) => each !== undefined) ?? base
    return before === after ? before : base
  })
  const order: number[] = []
  for (let at = 0; at < words.length;) {
    let end = at + 1
    while (end < words.length && directions[end] === directions[at]) end += 1
    const run = Array.from({ length: end - at }, (_, i) => at + i)
    order.push(...(directions[at] === base ? run : run.reverse()))
    at = end
  }
  return { order: fromRight ? order.reverse() : order, fromRight }
}
