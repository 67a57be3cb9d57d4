/** The demo library's sample study and its nearest cases, for people without a display. */
import type { HilumClient } from '@shared/transport.js'
import type { Hit } from '@shared/domain.js'
import type { Problem } from '@shared/errors.js'

const SHOWN = 5

/** Opens the demo library and searches its sample. @returns lines to print; a failure is told in them */
export async function sampleHits(client: HilumClient): Promise<string[]> {
  const opened = await client.call('library.openDemo', {})
  if (!opened.ok) return told('The demo library did not open', opened.problem)
  const sample = await client.call('query.openSample', {})
  if (!sample.ok) return told('The sample study did not open', sample.problem)
  const queryId = sample.value.primary
  if (queryId === undefined) return ['The sample study holds no image to search.']
  const found = await client.call('search.image', { queryId, k: SHOWN })
  if (!found.ok) return told('The sample was not searched', found.problem)
  const { hits, milliseconds } = found.value
  return [
    `Demo library: ${opened.value.cases} drawn cases (SYNTHETIC). Sample study, ${hits.length} nearest cases, ${Math.round(milliseconds.total)} ms:`,
    ...hits.map(line),
  ]
}

function line({ rank, findings, score, file }: Hit): string {
  return `  ${rank}. ${(findings.join(', ') || 'no finding').padEnd(14)} ${score.toFixed(3)}  ${file}`
}

function told(what: string, { message, remedy }: Problem): string[] {
  return [`${what}: ${message} ${remedy}`]
}
