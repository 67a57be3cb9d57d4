import { expect, it } from 'vitest'
import { hostileShape } from './payload.js'

it('lets through what the contract sends', () => {
  const sources = Array.from({ length: 1000 }, (_, i) => ({
    kind: 'bytes',
    name: `${i}.dcm`,
    bytes: new Uint8Array(4),
  }))
  expect(hostileShape({ sources, labels: undefined, k: 5, deep: { a: [{ b: null }] } })).toBeUndefined()
})

it.each([
  ['a prototype key', JSON.parse('{"a":{"__proto__":{"x":1}}}')],
  ['a number that is none', { k: NaN }],
  ['an endless number', { k: -Infinity }],
  ['a Map', { map: new Map() }],
  ['a function', { run: () => undefined }],
  ['nesting without end', Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), {})],
])('refuses %s', (_, payload) => {
  expect(hostileShape(payload)).toMatch(/\.$/)
})

it('refuses a cycle and very many values in bounded time', () => {
  const cycle: unknown[] = []
  cycle.push(cycle, cycle)
  expect(hostileShape(cycle)).toMatch(/\.$/)
  expect(hostileShape(new Array(2_100_000).fill(1))).toMatch(/too many/)
})
