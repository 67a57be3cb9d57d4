/** Payloads no honest caller sends. Every method must refuse each of them. */

export type Hostile = { name: string; payload: unknown }

/** @param structuredClone also those that only a structured clone carries */
export function hostilePayloads(structuredClone: boolean): Hostile[] {
  const deep: Record<string, unknown> = {}
  let end = deep
  for (let i = 0; i < 2000; i++) end = end['a'] = {} as Record<string, unknown>
  const all: Hostile[] = [
    { name: 'a string', payload: 'x' },
    { name: 'a number', payload: 7 },
    { name: 'null', payload: null },
    { name: 'an array', payload: [] },
    { name: 'an unknown key', payload: { surprise: true } },
    { name: '__proto__ as a key', payload: JSON.parse('{"__proto__": {"polluted": true}}') as unknown },
    { name: 'constructor as a key', payload: { constructor: { prototype: {} } } },
    { name: 'keys of wrong types', payload: { ...everyKey({ $: 1 }), surprise: 1 } },
    { name: 'nesting 2,000 deep', payload: deep },
    { name: 'a megabyte under an unknown key', payload: { surprise: 'x'.repeat(1_000_000) } },
  ]
  if (!structuredClone) return all
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  return [
    ...all,
    { name: 'NaN', payload: { ...everyKey(NaN) } },
    { name: 'Infinity', payload: { ...everyKey(Infinity) } },
    { name: 'a cycle', payload: cycle },
    { name: 'a Map', payload: new Map([['path', '/']]) },
    { name: 'a Date', payload: new Date(0) },
    { name: 'a bigint', payload: { ...everyKey(10n) } },
  ]
}

/** The same value under every key that the contract has anywhere. */
function everyKey(value: unknown): Record<string, unknown> {
  const keys = [
    'path',
    'sources',
    'queryId',
    'imageId',
    'caseId',
    'caseIds',
    'k',
    'ref',
    'text',
    'key',
    'offset',
  ]
  return Object.fromEntries(keys.map((key) => [key, value]))
}
