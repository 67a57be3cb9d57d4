/** The demo library's sample study and its nearest cases, for people without a display. */
import { scoreDigits } from '@shared/scoreDigits.js'
import type { HilumClient } from '@shared/transport.js'
import type { Hit } from '@shared/domain/search.js'
import type { Problem } from '@shared/errors.js'

const SHOWN = 5
/** Milliseconds before the first word on a long drawing, and between two. */
const FIRST_WORD = 2000
const BETWEEN = 4000

/**
 * Opens the demo library, drawing it when it is not there yet.
 * @param say hears how far the drawing is, every few seconds
 * @returns how many cases it holds, or lines that tell why it did not open
 */
export async function openDemo(client: HilumClient, say: (line: string) => void): Promise<number | string[]> {
  let next = Date.now() + FIRST_WORD
  const opened = await client.call(
    'library.openDemo',
    {},
    {
      onProgress: ({ done, total }) => {
        if (Date.now() < next) return
        next = Date.now() + BETWEEN
        say(
          total === undefined
            ? 'Filling the demo library, once …'
            : `Drawing the demo library, once: ${done} of ${total} images …`,
        )
      },
    },
  )
  return opened.ok ? opened.value.cases : told('The demo library did not open', opened.problem)
}

/** Searches the demo library's sample. @returns lines to print; a failure is told in them */
export async function sampleHits(client: HilumClient, cases: number): Promise<string[]> {
  const sample = await client.call('query.openSample', {})
  if (!sample.ok) return told('The sample study did not open', sample.problem)
  const queryId = sample.value.primary
  if (queryId === undefined) return ['The sample study holds no image to search.']
  const found = await client.call('search.image', { queryId, k: SHOWN })
  if (!found.ok) return told('The sample was not searched', found.problem)
  const { hits, milliseconds } = found.value
  return [
    `Demo library: ${cases} drawn cases (SYNTHETIC). Sample study, ${hits.length} nearest cases, ${Math.round(milliseconds.total)} ms:`,
    ...hits.map((hit) => line(hit, scoreDigits(hits.map(({ score }) => score)))),
  ]
}

function line({ rank, findings, score, file }: Hit, digits: number): string {
  return `  ${rank}. ${(findings.join(', ') || 'no finding').padEnd(14)} ${score.toFixed(digits)}  ${file}`
}

function told(what: string, { message, remedy }: Problem): string[] {
  return [`${what}: ${message} ${remedy}`]
}
