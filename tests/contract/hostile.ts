/** Payloads no honest caller sends. Every method must refuse each of them. */

export type Hostile = { name: string; payload: unknown }

/** Every name of an input's field that the contract has anywhere. */
const KEYS = [
  'path',
  'sources',
  'queryId',
  'imageId',
  'caseId',
  'caseIds',
  'noteId',
  'k',
  'ref',
  'text',
  'key',
  'value',
  'offset',
  'limit',
  'filters',
  'region',
]
/** The same value under every key. */
const everyKey = (value: unknown): Record<string, unknown> =>
  Object.fromEntries(KEYS.map((key) => [key, value]))

function nested(levels: number, step: (inside: unknown) => unknown): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = step(value)
  return value
}
const named = (prefix: string, values: readonly unknown[], wrap: (value: unknown) => unknown): Hostile[] =>
  values.map((value, at) => ({ name: `${prefix} ${at}`, payload: wrap(value) }))

/** Text that has broken parsers, shells, databases, paths and pages. */
const TEXTS = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\u202egpj.exe',
  'x'.repeat(200_000),
  '../../../../etc/passwd',
  '..\\..\\windows\\system32',
  'file:///etc/passwd',
  '\\\\server\\share',
  '/dev/zero',
  'CON',
  "' OR 1=1 --",
  '"; DROP TABLE cases; --',
  '<script>alert(1)</script>',
  '${process.exit(1)}',
  '{{constructor.constructor("return process")()}}',
  '`id`',
  '$(id)',
  '%00%2e%2e%2f',
  '__proto__',
  'constructor',
  'granted:1',
  'null',
  'NaN',
  '1e309',
  '-0',
  '🫁'.repeat(1000),
  '\r\nSet-Cookie: a=b',
  'a'.repeat(32_769),
] as const
const NUMBERS = [0, -0, -1, 0.1, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, Number.MIN_VALUE, 1e21] as const
const PLAIN = [null, true, false, [], [[]], [null], [{}], ['x'], {}, { a: {} }, { length: 1e9 }] as const
const POLLUTIONS = [
  '{"__proto__": {"polluted": true}}',
  '{"__proto__": null}',
  '{"a": {"__proto__": {"polluted": true}}}',
  '{"sources": [{"__proto__": {"kind": "path"}, "path": "/"}]}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"prototype": {}}',
  '{"filters": {"constructor": {}}}',
  '{"ref": {"__proto__": {"kind": "image"}}}',
] as const

/** Refused whatever the method: no object at all, or one with a key that no method has. */
function plain(): Hostile[] {
  const surprising = (value: unknown) => ({ surprise: value })
  return [
    ...named('a text alone', TEXTS, (value) => value),
    ...named('a number alone', NUMBERS, (value) => value),
    ...named('no object', [null, true, false, [], [[]], [null], ['x']], (value) => value),
    ...named('a text under an unknown key', TEXTS, surprising),
    ...named('a number under an unknown key', NUMBERS, surprising),
    ...named('a value under an unknown key', PLAIN, surprising),
    ...named('one text under every key', TEXTS, (value) => ({ ...everyKey(value), surprise: 1 })),
    ...named('one number under every key', NUMBERS, (value) => ({ ...everyKey(value), surprise: 1 })),
    ...named('one value under every key', PLAIN, (value) => ({ ...everyKey(value), surprise: 1 })),
    ...named('a text as a path', TEXTS, (value) => ({ path: value, surprise: 1 })),
    ...named('pollution', POLLUTIONS, (text) => JSON.parse(text as string) as unknown),
    ...[17, 40, 100, 2000].flatMap((depth) => [
      { name: `objects nested ${depth} deep`, payload: nested(depth, (inside) => ({ a: inside })) },
      { name: `arrays nested ${depth} deep`, payload: { surprise: nested(depth, (inside) => [inside]) } },
    ]),
    {
      name: 'twenty thousand keys',
      payload: Object.fromEntries([...Array(20_000).keys()].map((n) => [n, n])),
    },
    { name: 'a hundred thousand items', payload: { surprise: Array(100_000).fill({}) } },
    { name: 'a sparse array', payload: { surprise: [, 1] } },
    { name: 'a megabyte', payload: { surprise: new Uint8Array(1_000_000) } },
  ]
}

/** What only a structured clone carries. */
function cloned(): Hostile[] {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  const loop: unknown[] = []
  loop.push(loop)
  const odd = [
    NaN,
    Infinity,
    -Infinity,
    10n,
    new Map([['path', '/']]),
    new Set([1]),
    new Date(0),
    /x/,
    new Error('x'),
  ]
  return [
    ...named('odd alone', odd, (value) => value),
    ...named('odd under every key', odd, (value) => ({ ...everyKey(value), surprise: 1 })),
    ...named('odd under an unknown key', odd, (value) => ({ surprise: value })),
    // Deeper than an honest frame can be written; the socket's own suite sends it as bytes.
    { name: 'objects nested 5000 deep', payload: nested(5000, (inside) => ({ a: inside })) },
    { name: 'a cycle', payload: cycle },
    { name: 'a cycle of arrays', payload: { surprise: loop } },
    { name: 'a buffer', payload: new ArrayBuffer(8) },
    { name: 'a view', payload: new DataView(new ArrayBuffer(8)) },
    { name: 'floats', payload: { surprise: new Float64Array(4) } },
  ]
}

/** @param structuredClone also those that only a structured clone carries */
export function hostilePayloads(structuredClone: boolean): Hostile[] {
  return [...plain(), ...(structuredClone ? cloned() : [])]
}
