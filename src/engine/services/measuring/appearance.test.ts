import { describe, expect, it } from 'vitest'
import { drawPhantom } from '../../demo/phantom.js'
import type { DisplayImage } from '../../ports/decoding.js'
import { appearanceOf, invertedAppearance, turnedFraming, type Appearance } from './appearance.js'
import { AppearanceReference, type KeptAppearance, type Seen } from './appearanceReference.js'

const phantom = (seed: number): DisplayImage => drawPhantom(seed, { rows: 128, columns: 144, view: 'AP' })
const seenOf = (count: number): Seen[] =>
  Array.from({ length: count }, (_, i) => ({
    appearance: appearanceOf(phantom(500 + i)),
    caseId: `case-${i}`,
  }))
const vectors = (count: number, patient?: string): Seen[] =>
  Array.from({ length: count }, (_, i) => ({
    appearance: [Float32Array.from({ length: 256 }, (__, at) => Math.sin(at + i))],
    caseId: `case-${i}`,
    ...(patient === undefined ? {} : { patient }),
  }))
const none = new Float32Array(0)
const turnedAppearance = (appearance: Appearance, times: number): Appearance =>
  appearance.map((framing) => turnedFraming(framing, times))
const { signal } = new AbortController()

const rest = () => Promise.resolve()

describe('what an image looks like from afar', () => {
  it('does not change with exposure, and turns round with black and white', () => {
    const image = phantom(1)
    const own = appearanceOf(image)
    const darker = { ...image, values: image.values.map((value) => (value / 65535) ** 2 * 60000) }
    const dot = ([a = none]: Appearance, [b = none]: Appearance) =>
      a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
    expect(dot(own, appearanceOf(darker))).toBeGreaterThan(0.99)
    const inverse = appearanceOf({ ...image, values: image.values.map((value) => 65535 - value) })
    expect(dot(inverse, invertedAppearance(own))).toBeGreaterThan(0.999)
    expect([...turnedAppearance(own, 4)]).toEqual([...own])
  })

  it('passes new pictures of the kind and stops inverted, turned, blank and noisy ones, saying which', async () => {
    const reference = (await AppearanceReference.of(seenOf(40), signal, rest)) as AppearanceReference
    const fresh = Array.from({ length: 10 }, (_, i) => reference.of(appearanceOf(phantom(9000 + i))))
    expect(fresh.filter(({ pValue }) => pValue >= 0.05).length).toBeGreaterThanOrEqual(8)
    const own = appearanceOf(phantom(9001))
    expect(reference.of(invertedAppearance(own))).toMatchObject({ looks: 'inverted' })
    expect(reference.of(invertedAppearance(own)).pValue).toBeLessThan(0.05)
    expect(reference.of(turnedAppearance(own, 2)).looks).toBe('upside down')
    // Turned clockwise it would have to be turned back: it looks turned right.
    expect(reference.of(turnedAppearance(own, 1)).looks).toBe('turned right')
    const blank = appearanceOf({ rows: 32, columns: 32, values: new Uint16Array(1024).fill(30_000) })
    expect(reference.of(blank).pValue).toBeCloseTo(1 / 41, 6)
    const noise = Uint16Array.from({ length: 4096 }, (_, i) => (i * 7919 * 31) % 65_536)
    expect(reference.of(appearanceOf({ rows: 64, columns: 64, values: noise })).pValue).toBeLessThan(0.05)
  })

  it('stops what is turned though one of the library is, and is kept as it was', async () => {
    const sample = seenOf(120)
    const odd = sample[7] as Seen
    const reference = (await AppearanceReference.of(
      [...sample.filter((each) => each !== odd), { ...odd, appearance: turnedAppearance(odd.appearance, 1) }],
      signal,
      rest,
    )) as AppearanceReference
    const turned = Array.from({ length: 10 }, (_, i) =>
      reference.of(turnedAppearance(appearanceOf(phantom(9000 + i)), 2)),
    )
    for (const { pValue } of turned) expect(pValue).toBeLessThan(0.05)
    const kept = AppearanceReference.kept(JSON.parse(JSON.stringify(reference.keep())) as KeptAppearance)
    for (const seed of [9000, 9003])
      expect(kept.of(appearanceOf(phantom(seed)))).toEqual(reference.of(appearanceOf(phantom(seed))))
  })

  it('knows a film by its middle square as well as squashed, whichever of the two the library holds', async () => {
    const whole = (film: DisplayImage): DisplayImage => film
    const middle = ({ rows, columns, values }: DisplayImage): DisplayImage => {
      const left = (columns - rows) >> 1
      const cut = Uint16Array.from(
        { length: rows * rows },
        (_, i) => values[Math.floor(i / rows) * columns + left + (i % rows)] as number,
      )
      return { rows, columns: rows, values: cut }
    }
    const drawn = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => drawPhantom(first + i, { rows: 128, columns: 200, view: 'AP' }))
    const films = drawn(500, 60)
    const fresh = drawn(9000, 20)
    for (const [held, asked] of [
      [middle, whole],
      [whole, middle],
    ] as const) {
      const sample = films.map((film, i) => ({ appearance: appearanceOf(held(film)), caseId: `case-${i}` }))
      const reference = (await AppearanceReference.of(sample, signal, rest)) as AppearanceReference
      const seen = fresh.map((film) => appearanceOf(asked(film)))
      expect(seen.filter((one) => reference.of(one).pValue >= 0.05).length).toBeGreaterThanOrEqual(14)
      for (const one of seen.slice(0, 5))
        expect(reference.of(turnedAppearance(one, 2)).pValue).toBeLessThan(0.05)
    }
  })

  it('says nothing below 30 pictures, nor where all are of one patient', async () => {
    expect(await AppearanceReference.of(vectors(20), signal, rest)).toBeUndefined()
    expect(await AppearanceReference.of(vectors(40, 'P'), signal, rest)).toBeUndefined()
  })
})
