import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf, messageOf } from './framing.js'

describe('a frame', () => {
  it('carries JSON and bytes unchanged', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.uint8Array())
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__' && key !== '$bytes'),
          tie('tree'),
        ),
      ),
    }))
    fc.assert(
      fc.property(tree, (message) => {
        expect(messageOf(frameOf({ message }))).toEqual({
          message: JSON.parse(JSON.stringify(message, keep), back) as unknown,
        })
      }),
      { numRuns: 300 },
    )
  })

  it('refuses what is no frame, with an error and nothing else', () => {
    const whole = frameOf({ id: 1, method: 'x', payload: { bytes: new Uint8Array(100) } })
    for (let cut = 0; cut < whole.byteLength; cut += 7)
      expect(() => messageOf(whole.subarray(0, cut))).toThrow()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => messageOf(bytes)).toThrow()
      }),
      { numRuns: 300 },
    )
  })

  it('keeps its mark for itself', () => {
    expect(() => frameOf({ payload: { $bytes: 0 } })).toThrow(TypeError)
  })
})

/** A dictionary of fast-check has no prototype and -0 has no JSON: both sides are compared as JSON has them. */
const keep = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { kept: Array.from(value) } : value
const back = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'kept' in value && Object.keys(value).length === 1
    ? Uint8Array.from(value.kept as number[])
    : value
