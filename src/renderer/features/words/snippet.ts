export type Part = { text: string; hit: boolean }

/** Splits a note's snippet at its marks (U+E000 … U+E001) into plain and found parts. */
export function parts(snippet: string): Part[] {
  const out: Part[] = []
  for (const [i, piece] of snippet.split('\uE000').entries()) {
    if (i === 0) {
      if (piece !== '') out.push({ text: piece, hit: false })
      continue
    }
    const [hit = '', ...rest] = piece.split('\uE001')
    if (hit !== '') out.push({ text: hit, hit: true })
    const plain = rest.join('')
    if (plain !== '') out.push({ text: plain, hit: false })
  }
  return out
}
