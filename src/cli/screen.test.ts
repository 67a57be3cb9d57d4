import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Screen } from './screen.js'

const terminal = process.stderr.isTTY
let written: string[]
beforeEach(() => {
  process.stderr.isTTY = false
  written = []
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
})
afterEach(() => {
  process.stderr.isTTY = terminal
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Reports a hundred steps, each so many milliseconds after the one before. */
function work(screen: Screen, milliseconds: number): void {
  for (let done = 1; done <= 100; done += 1) {
    vi.advanceTimersByTime(milliseconds)
    screen.progress({ phase: 'Importing', done, total: 100 })
  }
}

it('writes a line each tenth where there is no terminal', () => {
  work(new Screen(true), 500)
  expect(written).toHaveLength(11)
  expect(written[0]).toBe('Importing: 4 of 100 (4 %)\n')
  expect(written.at(-1)).toBe('Importing: 100 of 100 (100 %)\n')
})

it('writes a line every ten seconds of slow work, and none of quick work', () => {
  work(new Screen(true), 4000)
  expect(written.length).toBeGreaterThan(30)
  written.length = 0
  work(new Screen(true), 10)
  expect(written).toEqual([])
})

it('writes none when it is to be quiet', () => {
  work(new Screen(false, true), 500)
  expect(written).toEqual([])
})
