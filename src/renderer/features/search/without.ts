/** Drops keys that a change sets to undefined: absent and undefined are not the same to the contract. */
export function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T
}
