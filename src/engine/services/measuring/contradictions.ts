/** Copies that carry different findings, in words: library health and evaluations say the same. */

/** @param pairs at least one */
export function contradictionRemark(pairs: number): string {
  return `${pairs === 1 ? '1 pair of copies carries' : `${pairs.toLocaleString('en-GB')} pairs of copies carry`} different findings: one of each pair is labelled wrongly, or they are read differently.`
}
