import { expect, it } from 'vitest'
import type { Evaluation } from '@shared/domain/evaluation.js'
import { onlyOne } from './TwoModels.js'

const wall = (same: readonly boolean[]): NonNullable<Evaluation['wall']> =>
  same.map((first, i) => ({
    file: `${i}.png`,
    truth: 'NORMAL',
    hits: [{ file: 'x', finding: 'NORMAL', same: first, score: 0.9 }],
    precision: first ? 1 : 0,
  }))

it('counts the queries on which only one of two models is right', () => {
  const a = { wall: wall([true, true, false, false, true]) }
  const b = { wall: wall([true, false, true, false, false]) }
  expect(onlyOne(a, b)).toEqual({ a: 2, b: 1, both: 1, neither: 1 })
})
