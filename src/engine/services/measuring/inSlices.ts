/** Some 5 ms of the simple work that is done for each. */
const SLICE = 10_000

/** Does something for each of very many, and rests in between so that the event loop is not held up. */
export async function inSlices<T>(
  all: readonly T[],
  rest: () => Promise<void>,
  each: (one: T) => void,
): Promise<void> {
  for (const [i, one] of all.entries()) {
    if (i % SLICE === 0) await rest()
    each(one)
  }
}
