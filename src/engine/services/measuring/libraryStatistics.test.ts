import { expect, it } from 'vitest'
import { LibraryStatistics } from './libraryStatistics.js'
import { reliabilityOf } from './reliability.js'
import { Tally } from './tally.js'

const rest = () => Promise.resolve()

/** 9 of 10 neighbours carry the finding; whether the case itself does is the caller's. */
function tallyOf(carried: (group: string) => boolean): Tally {
  const tally = new Tally()
  for (let i = 0; i < 400; i++) {
    const group = `patient ${i}`
    tally.fresh++
    tally.vote({ finding: 'NORMAL', count: 9, carried: carried(group), headline: true, group })
  }
  return tally
}

it('gives a share that holds in its own library', async () => {
  const tally = tallyOf((group) => !group.endsWith('0'))
  const reliability = await reliabilityOf(tally.votes, rest)
  const statistics = LibraryStatistics.of(tally, undefined, reliability)
  expect(statistics.share('NORMAL', 9, 10)?.sameLabel).toBeCloseTo(0.9, 1)
  expect(statistics.note).toBeUndefined()
})

it('withholds shares that its own check contradicts, with the reason, also after they were kept', async () => {
  const tally = tallyOf((group) => !group.endsWith('0'))
  const reliability = await reliabilityOf(tally.votes, rest)
  if (reliability === undefined) throw new Error('no reliability')
  const after = { ...reliability.after, error: 0.45 }
  const statistics = LibraryStatistics.of(tally, undefined, { ...reliability, after })
  for (const one of [statistics, LibraryStatistics.kept(statistics.keep())]) {
    expect(one.share('NORMAL', 9, 10)).toBeUndefined()
    expect(one.note).toContain('off by 45 %')
  }
  const borderline = { ...reliability, after: { ...after, error: 0.15 } }
  expect(LibraryStatistics.of(tally, undefined, borderline).share('NORMAL', 9, 10)).toBeDefined()
})
