import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exchanged, flat, reduced, stretched } from './standIn.js'

const image = (rows: number, columns: number, grey: (i: number) => number) => ({
  rows,
  columns,
  values: Uint16Array.from({ length: rows * columns }, (_, i) => grey(i)),
})
const sides = fc.tuple(fc.integer({ min: 8, max: 40 }), fc.integer({ min: 8, max: 40 }))

describe('parts exchanged for those of another picture', () => {
  it('changes the cells named and nothing else; all cells give the other picture', () => {
    fc.assert(
      fc.property(sides, fc.uniqueArray(fc.integer({ min: 0, max: 63 })), ([rows, columns], cells) => {
        const mine = image(rows, columns, () => 1)
        const other = image(rows, columns, () => 2)
        const mixed = exchanged(mine, other, [8, 8], cells)
        const left = exchanged(
          mixed,
          other,
          [8, 8],
          Array.from({ length: 64 }, (_, cell) => cell).filter((cell) => !cells.includes(cell)),
        )
        expect(left.values).toEqual(other.values)
        const changed = mixed.values.filter((value) => value === 2).length
        const whole = (cell: number) => {
          const [top, side] = [Math.floor(cell / 8), cell % 8]
          const span = (at: number, pixels: number) =>
            Math.round(((at + 1) * pixels) / 8) - Math.round((at * pixels) / 8)
          return span(top, rows) * span(side, columns)
        }
        expect(changed).toBe(cells.reduce((sum, cell) => sum + whole(cell), 0))
        expect(mine.values.every((value) => value === 1)).toBe(true)
      }),
    )
  })

  it('stretches to any size by means, and keeps a flat picture flat', () => {
    fc.assert(
      fc.property(sides, sides, ([rows, columns], [toRows, toColumns]) => {
        const small = stretched(
          image(rows, columns, () => 777),
          { rows: toRows, columns: toColumns },
        )
        expect(small).toMatchObject({ rows: toRows, columns: toColumns })
        expect(small.values.every((value) => value === 777)).toBe(true)
      }),
    )
    expect(
      stretched(
        image(2, 4, (i) => i * 10),
        { rows: 1, columns: 2 },
      ).values,
    ).toEqual(Uint16Array.of(25, 45))
  })

  it('reduces the longer side to at most the one asked, and leaves a small picture as it is', () => {
    const small = image(100, 60, () => 5)
    expect(reduced(small, 128)).toBe(small)
    const large = reduced(
      image(1000, 300, () => 5),
      128,
    )
    expect(large).toMatchObject({ rows: 125, columns: 37 })
    expect(flat(image(2, 2, (i) => i * 2)).values).toEqual(Uint16Array.of(3, 3, 3, 3))
  })
})
