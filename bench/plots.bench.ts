/**
 * The pictures in docs/plots, all of drawn phantoms: stated against observed shares, what the gate lets pass, and whether
 * the maps beat random order. HILUM_DEMO_LIBRARY names a demo library made before.
 * `npx vitest run --config bench/vitest.config.ts plots`
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, it } from 'vitest'
import type { Reliability } from '@shared/domain/measuring.js'
import { drawPhantom, HELD_OUT } from '../src/engine/demo/phantom.js'
import { pictureFile } from '../src/engine/demo/pictureFile.js'
import { benchEngine, queryOf, type BenchEngine } from './support/benchEngine.js'
import { bar, dot, FIRST, line, save, SECOND, text } from './support/svg.js'

const PLOTS = resolve(__dirname, '../docs/plots')
const QUERIES = 40
const EXPLAINED = 24
/** Of each 100 labels so many are exchanged, to see whether the evidence says so. */
const WRONG = 15

type Rate = { name: string; passed: number; of: number }

async function gateRates(engine: BenchEngine): Promise<Rate[]> {
  const pictures = await Promise.all(
    Array.from({ length: QUERIES }, (_, i) =>
      pictureFile(drawPhantom(HELD_OUT + 500_000 + i, { rows: 256, columns: 288, view: 'AP' }), 'png8'),
    ),
  )
  const grey = (of: (x: number, y: number) => number) =>
    sharp(Buffer.from(Uint8Array.from({ length: 224 * 224 }, (_, i) => of(i % 224, Math.floor(i / 224)))), {
      raw: { width: 224, height: 224, channels: 1 },
    })
      .png()
      .toBuffer()
  const foreign = await Promise.all([
    grey(() => 128),
    grey((x, y) => (x * 7919 + y * 104_729) % 251),
    grey((x) => x),
    grey((_, y) => y),
    grey((x, y) => (((x >> 4) + (y >> 4)) % 2 === 0 ? 30 : 220)),
    grey((x, y) => (Math.hypot(x - 112, y - 112) < 80 ? 220 : 10)),
  ])
  const changed = (change: (image: Sharp) => Sharp) =>
    Promise.all(pictures.map((bytes) => change(sharp(bytes)).png().toBuffer()))
  const kinds: [string, readonly Uint8Array[]][] = [
    ['new phantoms, as they are', pictures],
    ['black and white exchanged', await changed((image) => image.negate())],
    ['turned a quarter', await changed((image) => image.rotate(90))],
    ['upside down', await changed((image) => image.rotate(180))],
    ['blank, noise, gradients, shapes', foreign],
  ]
  const rates: Rate[] = []
  for (const [name, list] of kinds) {
    let passed = 0
    for (const [i, bytes] of list.entries()) {
      const file = join(engine.folder, `${name.replace(/\W/g, '')}-${i}.png`)
      writeFileSync(file, bytes)
      const queryId = (await queryOf(engine, file)) as string
      const { query } = await engine.ask('search.image', { queryId })
      if (query.inDistribution === true) passed++
    }
    rates.push({ name, passed, of: list.length })
  }
  return rates
}

function drawGate(rates: readonly Rate[], cases: number): void {
  const width = 300
  save(
    join(PLOTS, 'gate.svg'),
    { width: 680, height: 60 + rates.length * 36 },
    `What passes the gate of a library of ${cases} drawn cases: ${rates.map(({ name, passed, of }) => `${name} ${passed} of ${of}`).join(', ')}`,
    [
      text(16, 26, `Passed as like the library's cases (${cases} drawn cases)`),
      ...rates.flatMap(({ name, passed, of }, i) => {
        const y = 48 + i * 36
        return [
          text(16, y + 15, name, 'start', true),
          bar(240, y, width, 20, '#eceef2'),
          bar(240, y, (width * passed) / of, 20, FIRST),
          text(552, y + 15, `${((100 * passed) / of).toFixed(0)} % (${passed} of ${of})`),
        ]
      }),
    ],
  )
}

type Check = { deletion: number; insertion: number; random: number }

async function checks(engine: BenchEngine): Promise<Check[]> {
  const found: Check[] = []
  for (let i = 0; i < EXPLAINED; i++) {
    const file = join(engine.folder, `explained-${i}.png`)
    const phantom = drawPhantom(HELD_OUT + 600_000 + i, { rows: 256, columns: 288, view: 'AP' })
    writeFileSync(file, await pictureFile(phantom, 'png8'))
    const queryId = (await queryOf(engine, file)) as string
    const { hits } = await engine.ask('search.image', { queryId, k: 1 })
    const [nearest] = hits
    if (nearest === undefined) continue
    const query = { kind: 'query', queryId } as const
    const { fidelity } = await engine.ask('explain.pair', { query, imageId: nearest.imageId, fidelity: true })
    if (fidelity) found.push(fidelity)
  }
  return found.sort((a, b) => b.insertion - b.deletion - (a.insertion - a.deletion))
}

function drawChecks(found: readonly Check[]): void {
  const [left, right, top, step] = [56, 664, 76, 14]
  const values = found.flatMap(({ deletion, insertion, random }) => [deletion, insertion, random])
  const least = Math.floor(Math.min(...values) * 10) / 10
  const most = Math.ceil(Math.max(...values) * 10) / 10
  const x = (value: number) => left + ((value - least) / (most - least)) * (right - left)
  const bottom = top + found.length * step
  const better = found.filter(({ deletion, insertion, random }) => deletion < random && insertion > random)
  save(
    join(PLOTS, 'fidelity.svg'),
    { width: 680, height: bottom + 44 },
    `Mean score while places are taken away and brought back, of ${found.length} phantoms: better than random order both ways in ${better.length}`,
    [
      text(
        16,
        26,
        `Mean score on the way, each row one phantom: better than random both ways in ${better.length} of ${found.length}`,
      ),
      dot(22, 48, FIRST, false),
      text(32, 52, 'taken away in the order of the map', 'start', true),
      line(270, 42, 270, 54, SECOND, 'stroke-width="2"'),
      text(280, 52, 'in random order', 'start', true),
      dot(402, 48, FIRST),
      text(412, 52, 'brought back in the order of the map', 'start', true),
      ...[0, 0.25, 0.5, 0.75, 1].flatMap((part) => {
        const value = least + part * (most - least)
        return [
          line(x(value), top - 8, x(value), bottom),
          text(x(value), bottom + 20, value.toFixed(2), 'middle', true),
        ]
      }),
      ...found.flatMap(({ deletion, insertion, random }, i) => {
        const y = top + i * step
        return [
          line(x(deletion), y, x(insertion), y, '#b9b2f0', 'stroke-width="2"'),
          line(x(random), y - 5, x(random), y + 5, SECOND, 'stroke-width="2"'),
          dot(x(deletion), y, FIRST, false),
          dot(x(insertion), y, FIRST),
        ]
      }),
    ],
  )
}

function drawReliability({ n, before, after }: Reliability): void {
  const [left, top, side] = [64, 76, 340]
  const shares = [...before.bins, ...after.bins].flatMap((bin) => [bin.stated, bin.low])
  const least = Math.floor(Math.min(...shares) * 10) / 10
  const at = (share: number) => (share - least) / (1 - least)
  const x = (share: number) => left + at(share) * side
  const y = (share: number) => top + (1 - at(share)) * side
  const ticks = Array.from({ length: Math.round((1 - least) * 10) + 1 }, (_, i) => least + i / 10)
  save(
    join(PLOTS, 'reliability.svg'),
    { width: 680, height: top + side + 56 },
    `Stated against observed shares of ${n} drawn cases, ${WRONG} % of the labels exchanged: expected calibration error ${before.error.toFixed(3)} as counted, ${after.error.toFixed(3)} as stated`,
    [
      text(16, 26, `Stated and observed shares, ${WRONG} % of the labels exchanged (n = ${n})`),
      text(16, 50, 'observed', 'start', true),
      text(left + side, top + side + 42, 'stated', 'end', true),
      ...ticks.flatMap((tick) => [
        line(left, y(tick), left + side, y(tick)),
        text(left - 8, y(tick) + 4, tick.toFixed(1), 'end', true),
        text(x(tick), top + side + 20, tick.toFixed(1), 'middle', true),
      ]),
      line(x(least), y(least), x(1), y(1), SECOND, 'stroke-dasharray="3 3"'),
      ...after.bins.map((bin) =>
        line(x(bin.stated), y(bin.low), x(bin.stated), y(bin.high), FIRST, 'stroke-width="1.5"'),
      ),
      ...after.bins.map((bin) => dot(x(bin.stated), y(bin.observed), FIRST)),
      ...before.bins.map((bin) => dot(x(bin.stated), y(bin.observed), SECOND, false)),
      dot(440, top + 20, FIRST),
      text(450, top + 24, 'as stated, 95 % interval'),
      text(450, top + 42, `error ${after.error.toFixed(3)}`, 'start', true),
      dot(440, top + 70, SECOND, false),
      text(450, top + 74, 'neighbours counted'),
      text(450, top + 92, `error ${before.error.toFixed(3)}`, 'start', true),
    ],
  )
}

it('draws what is said of phantoms', async () => {
  mkdirSync(PLOTS, { recursive: true })
  const engine = await benchEngine()
  try {
    await engine.ask('library.openDemo', {})
    const { cases } = await engine.measured()
    const rates = await gateRates(engine)
    drawGate(rates, cases)
    console.log(rates)
    const found = await checks(engine)
    drawChecks(found)
    expect(found).toHaveLength(EXPLAINED)
    const { rows } = await engine.ask('cases.list', { offset: 0, limit: 500 })
    for (const [i, { caseId, findings }] of rows.entries())
      if ((i * 37) % 100 < WRONG)
        await engine.ask('cases.setFindings', {
          caseId,
          findings: findings.map((label) => (label === 'NORMAL' ? 'PNEUMONIA' : 'NORMAL')),
        })
    const { reliability } = await engine.measured()
    if (reliability === undefined) throw new Error('too few cases for a reliability')
    drawReliability(reliability)
  } finally {
    await engine.close()
  }
})
