import { expect, it } from 'vitest'
import { Sending } from './sending.js'

const MiB = 1024 * 1024
const file = (name: string, size: number) =>
  ({ kind: 'file', name, file: new File([new Uint8Array(size)], name.split('/').at(-1) ?? '') }) as const

/** A host that takes its time, and what it was sent. */
function host() {
  const sent = { parts: 0, largest: 0, together: 0, most: 0, bytes: new Map<string, number>() }
  const sending = new Sending(async (parts) => {
    sent.together++
    sent.most = Math.max(sent.most, sent.together)
    await new Promise((resolve) => setTimeout(resolve, 1))
    sent.together--
    sent.parts++
    sent.largest = Math.max(
      sent.largest,
      parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
    )
    for (const { entry, name, bytes } of parts)
      sent.bytes.set(`${entry} ${name}`, (sent.bytes.get(`${entry} ${name}`) ?? 0) + bytes.byteLength)
    return { ok: true, value: {} }
  })
  return { sent, sending }
}
type Sources = { sources: { kind: string; token?: string; name: string; bytes?: Uint8Array }[] }

it('puts few bytes into the call itself', async () => {
  const { sent, sending } = host()
  const sendable = await sending.sendable({ sources: [file('a/film.png', 3), file('b.png', 5)], k: 1 }, {})
  expect(sendable).toEqual({
    ok: true,
    value: {
      payload: {
        sources: [
          { kind: 'bytes', name: 'a/film.png', bytes: new Uint8Array(3) },
          { kind: 'bytes', name: 'b.png', bytes: new Uint8Array(5) },
        ],
        k: 1,
      },
      entries: [],
    },
  })
  expect(sent.parts).toBe(0)
})

it('sends many bytes ahead in small parts, one after the other, and a folder as one source', async () => {
  const { sent, sending } = host()
  const sources = [
    ...Array.from({ length: 300 }, (_, i) => file(`ward/NORMAL/${i}.png`, 60_000)),
    file('ward/NORMAL/0.png', 7),
    file('large.dcm', 5 * MiB + 1),
    file('empty.png', 0),
  ]
  const said: number[] = []
  const sendable = await sending.sendable({ sources }, { onProgress: ({ done }) => said.push(done) })
  const { payload, entries } = sendable.ok ? sendable.value : { payload: undefined, entries: [] }
  expect((payload as Sources).sources).toEqual([
    { kind: 'granted', token: '1', name: 'ward' },
    { kind: 'granted', token: '2', name: 'ward' },
    { kind: 'granted', token: '3', name: 'large.dcm' },
    { kind: 'granted', token: '4', name: 'empty.png' },
  ])
  expect(entries).toEqual([1, 2, 3, 4])
  expect(sent.most).toBe(1)
  expect(sent.largest).toBeLessThan(4 * MiB)
  expect(sent.bytes.get('1 ward/NORMAL/0.png')).toBe(60_000)
  expect(sent.bytes.get('2 ward/NORMAL/0.png')).toBe(7)
  expect(sent.bytes.get('3 large.dcm')).toBe(5 * MiB + 1)
  expect(sent.bytes.get('4 empty.png')).toBe(0)
  expect(said.length).toBeGreaterThan(5)
  expect(said).toEqual([...said].sort((a, b) => a - b))
  expect(said.at(-1)).toBe(303)

  // Asked again on the same connection nothing travels; forgotten, everything does.
  const before = sent.parts
  await sending.sendable({ sources }, {})
  expect(sent.parts).toBe(before)
  sending.forget({ sources })
  await sending.sendable({ sources }, {})
  expect(sent.parts).toBeGreaterThan(before)
})

it('stops when it is cancelled, hands on what the host refuses, and sends a file that is gone empty', async () => {
  const controller = new AbortController()
  const many = { sources: Array.from({ length: 40 }, (_, i) => file(`${i}.png`, MiB)) }
  const { sent, sending } = host()
  const stopped = sending.sendable(many, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  })
  expect(await stopped).toMatchObject({ ok: false, problem: { code: 'CANCELLED' } })
  expect(sent.parts).toBe(1)

  const full = new Sending(() =>
    Promise.resolve({
      ok: false,
      problem: { code: 'DISK_FULL', message: 'Full.', remedy: 'Free some.', retryable: false },
    }),
  )
  expect(await full.sendable(many, {})).toMatchObject({ ok: false, problem: { code: 'DISK_FULL' } })

  const gone = file('gone.png', 3)
  gone.file.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
  expect(await sending.sendable({ sources: [gone] }, {})).toMatchObject({
    value: { payload: { sources: [{ name: 'gone.png', bytes: new Uint8Array() }] } },
  })
})
