/** The threat model names a test in each line of its tables; each of them exists and holds tests. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(__dirname, '../..')
const text = readFileSync(resolve(root, 'docs/threat-model.md'), 'utf8')
const rows = text
  .slice(text.indexOf('## Attackers'), text.indexOf('## Not defended'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| defended'))

it('names an existing test in every line of what is defended', () => {
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) {
    const file = /`([^`]+\.(?:test|spec)\.ts)` \|$/.exec(row)?.[1]
    expect(file, row).toBeDefined()
    const place = resolve(root, file ?? '')
    expect(existsSync(place), row).toBe(true)
    expect(readFileSync(place, 'utf8'), row).toMatch(/\b(it|test|contractSuite)\b/)
  }
})
