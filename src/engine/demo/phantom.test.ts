import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OnnxImageEncoder } from '../encoders/imageEncoder.js'
import { listPackFolders, verifyPack } from '../encoders/modelPacks.js'
import { demoPhantom } from './demoSet.js'
import { drawPhantom, findingOf, heldOutPhantoms, type Phantom } from './phantom.js'

const difference = (a: Phantom, b: Phantom) =>
  Float64Array.from(a.values, (value, i) => value - (b.values[i] as number))

describe('phantoms', () => {
  it('are the same for the same seed and differ for another', () => {
    const size = { rows: 120, columns: 130 }
    expect(drawPhantom(5, size)).toEqual(drawPhantom(5, size))
    expect(drawPhantom(5, size).values).not.toEqual(drawPhantom(6, size).values)
  })

  it('carry a finding exactly when an opacity is planted', () => {
    const drawn = Array.from({ length: 24 }, (_, i) => drawPhantom(i, { rows: 64, columns: 64 }))
    const counts = drawn.filter(({ truth }) => findingOf(truth) === 'PNEUMONIA').length
    expect(counts).toBeGreaterThan(5)
    expect(counts).toBeLessThan(19)
    for (const { truth } of drawn) expect(findingOf(truth) === 'PNEUMONIA').toBe(truth.opacities.length > 0)
  })

  it('are brighter where the truth says an opacity lies, on the side it says', () => {
    const plan = { kind: 'lobar consolidation', zone: 'lower', strength: 0.7, size: 1 } as const
    for (const side of ['right', 'left'] as const)
      for (const seed of [3, 8, 21]) {
        const size = { rows: 200, columns: 220, group: 'child' } as const
        const without = drawPhantom(seed, { ...size, opacities: [] })
        const sick = drawPhantom(seed, { ...size, opacities: [{ ...plan, side }] })
        const [opacity] = sick.truth.opacities
        const { box, centre } = opacity as NonNullable<typeof opacity>
        // Image left is the patient's right.
        expect(centre.x < 0.5).toBe(side === 'right')
        expect(centre.y).toBeGreaterThan(0.45)
        const gained = difference(sick, without)
        let [inside, outside, n, m] = [0, 0, 0, 0]
        gained.forEach((value, i) => {
          const x = ((i % 220) + 0.5) / 220
          const y = (Math.floor(i / 220) + 0.5) / 200
          if (y > 0.9) return
          if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
            [inside, n] = [inside + value, n + 1]
          else [outside, m] = [outside + value, m + 1]
        })
        expect(inside / n).toBeGreaterThan(4 * Math.abs(outside / m))
      }
  })

  it('hold out seeds that no demo case has', () => {
    const highest = Math.max(...[0, 1, 239].map((i) => demoPhantom(i).phantom.truth.seed))
    for (const { truth } of heldOutPhantoms(3)) expect(truth.seed).toBeGreaterThan(highest)
  })
})

describe('the bundled model on phantoms', async () => {
  const [pack] = await listPackFolders([resolve(__dirname, '../../../resources/models')])

  it.skipIf(pack === undefined)(
    'finds the same finding first for at least 95 of 100 held-out phantoms',
    async () => {
      const encoder = await OnnxImageEncoder.open(await verifyPack(pack as string), 1)
      try {
        const gallery = Array.from({ length: 240 }, (_, i) => demoPhantom(i).phantom)
        const queries = heldOutPhantoms(100)
        const embed = async (images: readonly Phantom[]) =>
          (await encoder.encode(images)).map(({ embedding }) => embedding)
        const vectors = await embed(gallery)
        const right = (await embed(queries)).filter((query, i) => {
          const scores = vectors.map((vector) =>
            vector.reduce((sum, value, d) => sum + value * (query[d] as number), 0),
          )
          const best = scores.indexOf(Math.max(...scores))
          return findingOf((gallery[best] as Phantom).truth) === findingOf((queries[i] as Phantom).truth)
        })
        expect(right.length).toBeGreaterThanOrEqual(95)
      } finally {
        await encoder.close()
      }
    },
    300_000,
  )
})
