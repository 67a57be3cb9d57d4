import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readFrames, writeFrame } from './frames.js'

const messages = fc.array(
  fc.record({
    id: fc.nat(),
    text: fc.string(),
    bytes: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 70 }),
  }),
  { minLength: 1, maxLength: 6 },
)

it('brings every message over whole and in order, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(messages, fc.integer({ min: 1, max: 997 }), async (sent, cut) => {
      const out = new PassThrough()
      for (const message of sent) writeFrame(out, message)
      const whole = out.read() as Buffer
      const stream = new PassThrough()
      const got: unknown[] = []
      readFrames(stream, (message) => got.push(message))
      for (let at = 0; at < whole.length; at += cut) stream.write(whole.subarray(at, at + cut))
      stream.end()
      await new Promise((resolve) => stream.once('close', resolve))
      expect(got).toEqual(sent)
    }),
    { numRuns: 30 },
  )
})

it('ends the stream at bytes that are no frame', async () => {
  const stream = new PassThrough()
  readFrames(stream, () => undefined)
  const failed = new Promise<Error>((resolve) => stream.once('error', resolve))
  stream.write(Buffer.from([4, 0, 0, 0, 255, 255, 255, 255]))
  expect((await failed).message).toMatch(/frame/)
})

it('refuses what no frame can hold before a byte is written', () => {
  const stream = new PassThrough()
  expect(() => writeFrame(stream, { id: 1n })).toThrow(TypeError)
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  expect(() => writeFrame(stream, cycle)).toThrow(RangeError)
  expect(stream.readableLength).toBe(0)
})
