const KNOWS = 'Knows '

/**
 * What the model in use can see, from the first limit its pack states: "This model knows pneumonia and no pneumonia
 * only; it cannot exclude anything else." Stands beside every count of findings, in the window, the report and the
 * command line.
 */
export function modelKnows(limits: readonly string[] | undefined): string {
  const [own] = limits ?? []
  if (own === undefined) return 'What this model knows is not stated; it cannot exclude anything.'
  return own.startsWith(KNOWS) ? `This model k${own.slice(1)}` : own
}
