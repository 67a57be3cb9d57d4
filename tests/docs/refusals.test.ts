/** docs/dicom.md lists every refusal that the reader of DICOM files can give, and none besides. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ERROR_CATALOGUE, type ErrorCode } from '../../src/shared/errors.js'

const root = join(__dirname, '..', '..')
const ingest = join(root, 'src/engine/ingest')
const sources = (folder: string): string[] =>
  readdirSync(join(ingest, folder))
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .map((name) => join(folder, name))
const FILES = [...sources('dicom'), ...sources('codecs'), 'dicomdir.ts', 'openImage.ts', 'sniff.ts']

/** What a template literal says, with "…" for what is put in; these may themselves hold templates. */
function spoken(literal: string): string {
  let out = ''
  let depth = 0
  for (let at = 0; at < literal.length; at++) {
    if (depth === 0 && literal.startsWith('${', at)) {
      out += '…'
      depth = 1
      at++
    } else if (depth > 0) depth += literal[at] === '{' ? 1 : literal[at] === '}' ? -1 : 0
    else out += literal[at]
  }
  return out
}

/** Codes with their sentences, as they are thrown in a source file. */
function thrown(source: string): string[] {
  const found: string[] = []
  for (const match of source.matchAll(/new HilumError\(\s*'([A-Z_]+)'(?:,\s*(undefined|'[^']*'|`))?/g)) {
    const [whole, code, message] = match as unknown as [string, ErrorCode, string | undefined]
    let sentence: string = ERROR_CATALOGUE[code][0]
    if (message?.startsWith("'")) sentence = message.slice(1, -1)
    else if (message === '`') {
      // The literal ends at the first backtick outside what is put in.
      const from = match.index + whole.length
      let depth = 0
      let end = from
      while (source[end] !== '`' || depth > 0) {
        if (source.startsWith('${', end)) depth++
        else if (depth > 0 && source[end] === '}') depth--
        end++
      }
      sentence = spoken(source.slice(from, end))
    }
    found.push(`${code}: ${sentence}`)
  }
  return found
}

it('docs/dicom.md names every refusal of the DICOM reader in its own words', () => {
  // Of pictures' own reader only the check of sizes is used for DICOM.
  const sizes = /export function checkSize[\s\S]*?\n}\n/.exec(readFileSync(join(ingest, 'raster.ts'), 'utf8'))?.[0]
  const code = [...FILES.map((file) => readFileSync(join(ingest, file), 'utf8')), sizes ?? ''].flatMap(thrown)
  expect(code.length).toBeGreaterThan(20)
  const listed = readFileSync(join(root, 'docs/dicom.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const row = /^\| ([A-Z_]+) \| (.*?) \| .+ \|$/.exec(line)
      return row ? [`${row[1]}: ${row[2]}`] : []
    })
  expect([...listed].sort()).toEqual([...new Set(code)].sort())
})
