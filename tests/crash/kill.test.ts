import { expect, it } from 'vitest'
import { bundleEntries } from '../support/entries.js'
import { runCrashPoints } from './harness.js'

const POINTS = Number(process.env['HILUM_CRASH_POINTS'] ?? 40)
const SEED = Number(process.env['HILUM_CRASH_SEED'] ?? 1)

it(
  `loses nothing acknowledged when killed at ${POINTS} random points`,
  async () => {
    const entries = await bundleEntries({
      child: 'tests/crash/child.ts',
      faissWorker: 'src/engine/index/faissWorker.ts',
    })
    const report = await runCrashPoints(POINTS, entries, SEED, (line) => console.log(line))
    console.log(
      `${report.points} points tried, ${report.points} kills (${JSON.stringify(report.byOperation)}), ` +
        `${report.acknowledged} acknowledgements, ${report.losses.length} losses, longest hang ` +
        `${report.longestOpenMilliseconds.toFixed(0)} ms, peak memory ${report.peakMegabytes ?? '?'} MB`,
    )
    expect(report.losses).toEqual([])
    expect(report.points).toBe(POINTS)
  },
  POINTS * 20_000,
)
