/**
 * Prints the conformance table for docs/results.md: `node <bundle of this file>` with HILUM_TEST_DATA set.
 * Rows are transfer syntaxes; every refusal is listed with its reason.
 */
import { dataFolder, judge, readManifest } from './manifest.js'

async function main(): Promise<void> {
  const folder = dataFolder()
  if (folder === undefined) throw new Error('HILUM_TEST_DATA does not name the folder of test data')
  const rows = new Map<string, { right: number; exact: number; refused: number; wrong: number }>()
  const refusals = new Map<string, string[]>()
  const wrongs: string[] = []
  const total = { right: 0, exact: 0, refused: 0, wrong: 0 }
  for (const reference of readManifest(folder)) {
    const syntax = reference.tsname ?? 'without meta information'
    const row = rows.get(syntax) ?? { right: 0, exact: 0, refused: 0, wrong: 0 }
    rows.set(syntax, row)
    const verdict = await judge(folder, reference)
    row[verdict.kind]++
    total[verdict.kind]++
    if (verdict.kind === 'right' && verdict.exact) {
      row.exact++
      total.exact++
    }
    if (verdict.kind === 'refused') {
      const { code, message, detail } = verdict.problem
      const reason = `${code}: ${message}${detail === undefined ? '' : ` (${detail})`}`.replaceAll(
        reference.file,
        'the file',
      )
      refusals.set(reason, [...(refusals.get(reason) ?? []), reference.file])
    }
    if (verdict.kind === 'wrong') wrongs.push(`${reference.file}: ${verdict.reasons.join('; ')}`)
  }
  console.log('| transfer syntax | right | of these sample for sample | refused with reason | wrong |')
  console.log('|---|---|---|---|---|')
  for (const [syntax, row] of [...rows, ['**all**', total] as const])
    console.log(`| ${syntax} | ${row.right} | ${row.exact} | ${row.refused} | ${row.wrong} |`)
  console.log('\nRefusals:\n')
  for (const [reason, files] of refusals)
    console.log(`- ${files.length === 1 ? `\`${files[0]}\`` : `${files.length} files`}: ${reason}`)
  if (wrongs.length > 0) console.log(`\nWrong:\n\n${wrongs.map((line) => `- ${line}`).join('\n')}`)
}
void main()
