/**
 * On drawn phantoms whose opacities are known: does the largest share lie on the opacity (pointing game), is the map
 * better than random order, and does stated evidence hold where labels are partly wrong?
 * The gallery is the demo library; HILUM_DEMO_LIBRARY names one made before. `npx vitest run --config bench/vitest.config.ts
 * explanations`
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { OpacityPlan } from '../src/engine/demo/opacities.js'
import { drawPhantom, HELD_OUT, type Phantom } from '../src/engine/demo/phantom.js'
import { pictureFile } from '../src/engine/demo/pictureFile.js'
import { benchEngine, percent, queryOf } from './support/benchEngine.js'

const QUERIES = Number(process.env['HILUM_PHANTOM_QUERIES'] ?? 60)
const SIZE = { rows: 256, columns: 288 }
/** Of each 100 labels so many are exchanged, to see whether the evidence says so. */
const WRONG = 15

async function written(
  folder: string,
  phantoms: readonly Phantom[],
  labelOf: (phantom: Phantom, i: number) => string,
) {
  return await Promise.all(
    phantoms.map(async (phantom, i) => {
      const at = join(folder, labelOf(phantom, i))
      mkdirSync(at, { recursive: true })
      const file = join(at, `phantom-${i}.png`)
      writeFileSync(file, await pictureFile(phantom, 'png8'))
      return file
    }),
  )
}
/** One focal opacity: every place and both sides in turn. */
const planOf = (i: number): OpacityPlan => ({
  kind: i % 3 === 2 ? 'bronchopneumonia' : 'lobar consolidation',
  zone: (['lower', 'middle', 'upper'] as const)[i % 3] ?? 'lower',
  side: i % 2 === 0 ? 'right' : 'left',
  strength: 0.7,
  size: 1.15,
})
const truthOf = ({ truth }: Phantom) => (truth.opacities.length > 0 ? 'PNEUMONIA' : 'NORMAL')
const other = (label: string) => (label === 'NORMAL' ? 'PNEUMONIA' : 'NORMAL')

/** Whether the centre of the place with the largest value lies within half a place of an opacity's box. */
function onOpacity(
  values: readonly number[],
  [rows, columns]: readonly [number, number],
  { truth }: Phantom,
): boolean {
  const best = values.indexOf(Math.max(...values))
  const x = ((best % columns) + 0.5) / columns
  const y = (Math.floor(best / columns) + 0.5) / rows
  return covered(x, y, rows, columns, truth.opacities)
}
function covered(
  x: number,
  y: number,
  rows: number,
  columns: number,
  opacities: Phantom['truth']['opacities'],
): boolean {
  return opacities.some(
    ({ box }) =>
      x >= box.x - 0.5 / columns &&
      x <= box.x + box.width + 0.5 / columns &&
      y >= box.y - 0.5 / rows &&
      y <= box.y + box.height + 0.5 / rows,
  )
}

it('points at planted opacities, passes its own checks, and states what holds', async () => {
  const engine = await benchEngine()
  try {
    await engine.ask('library.openDemo', {})
    await engine.measured()
    const focal = Array.from({ length: QUERIES }, (_, i) =>
      drawPhantom(HELD_OUT + 300_000 + i, { ...SIZE, view: 'AP', opacities: [planOf(i)] }),
    )
    const queries = await written(join(engine.folder, 'queries'), focal, truthOf)
    const tally = { score: 0, difference: 0, chance: 0, curves: 0, weights: 0, passed: 0, n: 0 }
    const text = { curves: 0, passed: 0, n: 0 }
    for (const [i, path] of queries.entries()) {
      const phantom = focal[i] as Phantom
      const queryId = (await queryOf(engine, path)) as string
      const { hits, contrast } = await engine.ask('search.image', { queryId })
      const [nearest, opposite] = [hits[0], contrast[0]]
      if (nearest === undefined || opposite === undefined) continue
      const { grid, contributions, difference, fidelity } = await engine.ask('explain.pair', {
        query: { kind: 'query', queryId },
        imageId: nearest.imageId,
        against: opposite.imageId,
        fidelity: true,
      })
      tally.n++
      if (onOpacity(contributions, grid, phantom)) tally.score++
      if (difference && onOpacity(difference.shares, grid, phantom)) tally.difference++
      const [rows, columns] = grid
      tally.chance +=
        contributions.filter((_, at) =>
          covered(
            ((at % columns) + 0.5) / columns,
            (Math.floor(at / columns) + 0.5) / rows,
            rows,
            columns,
            phantom.truth.opacities,
          ),
        ).length / contributions.length
      if (fidelity) {
        const curves = fidelity.deletion < fidelity.random && fidelity.insertion > fidelity.random
        const weights = Math.abs(fidelity.weights ?? 0) < 0.5
        if (curves) tally.curves++
        if (weights) tally.weights++
        if (curves && weights) tally.passed++
      }
      if (i % 2 === 0) {
        const words = await engine.ask('explain.text', {
          text: 'pneumonia with consolidation',
          imageId: nearest.imageId,
          fidelity: true,
        })
        text.n++
        const { deletion = 0, insertion = 0, random = 0, weights = 0 } = words.fidelity ?? {}
        if (deletion < random && insertion > random) text.curves++
        if (deletion < random && insertion > random && Math.abs(weights) < 0.5) text.passed++
      }
    }
    console.log(`pointing game, largest share of the score:              ${percent(tally.score, tally.n)}`)
    console.log(
      `pointing game, largest share against the opposite:       ${percent(tally.difference, tally.n)}`,
    )
    console.log(
      `by chance (share of places on an opacity):               ${((100 * tally.chance) / tally.n).toFixed(1)} %`,
    )
    console.log(`deletion and insertion better than random:               ${percent(tally.curves, tally.n)}`)
    console.log(`map changes with shuffled weights:                       ${percent(tally.weights, tally.n)}`)
    console.log(`both (the badge):                                        ${percent(tally.passed, tally.n)}`)
    console.log(
      `words: deletion and insertion better than random:        ${percent(text.curves, text.n)}; badge ${percent(text.passed, text.n)}`,
    )

    const { rows } = await engine.ask('cases.list', { offset: 0, limit: 500 })
    for (const [i, { caseId, findings }] of rows.entries())
      if ((i * 37) % 100 < WRONG)
        await engine.ask('cases.setFindings', { caseId, findings: findings.map(other) })
    const { reliability } = await engine.measured()
    if (reliability === undefined) throw new Error('too few cases for a reliability')
    console.log(
      `${WRONG} % of the labels exchanged: expected calibration error before ${reliability.before.error.toFixed(3)}, after ${reliability.after.error.toFixed(3)} (n = ${reliability.n})`,
    )
    for (const kind of ['before', 'after'] as const)
      for (const bin of reliability[kind].bins)
        console.log(
          `  ${kind} stated ${bin.stated.toFixed(3)} observed ${bin.observed.toFixed(3)} n ${bin.n}`,
        )
    expect(reliability.after.error).toBeLessThan(reliability.before.error)
  } finally {
    await engine.close()
  }
})
