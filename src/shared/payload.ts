/**
 * What no honest payload has, refused before any schema looks at it. Hosts ask before they forward to a process: a
 * value nested thousands deep makes the receiving end of a structured-clone channel throw where nothing catches it.
 */

/** The contract nests four deep; a structured clone may also carry cycles, which this bound ends. */
const DEPTH = 16
/** 100,000 sources have 400,000 nodes. */
const NODES = 2_000_000
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Why this value is no payload: a prototype key, a cycle, something beside JSON and Uint8Array. Undefined when it may be. */
export function hostileShape(payload: unknown): string | undefined {
  const open: { value: unknown; depth: number }[] = [{ value: payload, depth: 0 }]
  let nodes = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (++nodes > NODES) return 'The payload has too many values.'
    if (typeof value === 'number' && !Number.isFinite(value)) return 'A number is not finite.'
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
      return 'The payload carries something that is no JSON.'
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue
    if (depth >= DEPTH) return 'The payload is nested too deeply.'
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) open.push({ value: item, depth: depth + 1 })
      continue
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      return 'The payload carries something that is no JSON.'
    for (const key of Object.keys(value)) {
      if (FORBIDDEN.has(key)) return 'The payload carries a forbidden key.'
      open.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 })
    }
  }
  return undefined
}
