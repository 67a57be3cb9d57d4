import { expect, it } from 'vitest'
import { HilumError } from '@shared/errors.js'
import { Checks, type Fidelity } from './checks.js'

const found: Fidelity = { deletion: 0.1, insertion: 0.9, random: 0.5 }

it('works a check out once for all who ask, also while it runs', async () => {
  const checks = new Checks()
  let runs = 0
  const check = async () => {
    runs += 1
    await new Promise((resolve) => setTimeout(resolve, 5))
    return found
  }
  expect(await Promise.all([checks.of('a', check), checks.of('a', check)])).toEqual([found, found])
  expect(await checks.of('a', check)).toBe(found)
  expect(runs).toBe(1)
  await checks.of('b', check)
  expect(runs).toBe(2)
})

it('does not hand on that another was cancelled', async () => {
  const checks = new Checks()
  const cancelled = checks.of('a', () => Promise.reject(new HilumError('CANCELLED')))
  const mine = checks.of('a', () => Promise.resolve(found))
  await expect(cancelled).rejects.toThrow('Cancelled')
  expect(await mine).toBe(found)
  expect(await checks.of('a', () => Promise.reject(new Error('asked again')))).toBe(found)
})
