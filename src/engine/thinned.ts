/** At most about ten a second of a stream of states, never losing the last one. */

const MILLISECONDS = 100

/**
 * @param send gets the first state at once, later ones no closer than 100 ms apart
 * @returns `push` for every state, `flush` sends the one held back, if any
 */
export function thinned<T>(send: (value: T) => void): { push: (value: T) => void; flush: () => void } {
  let sentAt = -Infinity
  let held: { value: T } | undefined
  return {
    push(value) {
      const now = performance.now()
      if (now - sentAt < MILLISECONDS) {
        held = { value }
        return
      }
      sentAt = now
      held = undefined
      send(value)
    },
    flush() {
      if (held !== undefined) send(held.value)
      held = undefined
    },
  }
}
