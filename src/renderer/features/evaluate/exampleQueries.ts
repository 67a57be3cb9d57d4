/** A file of text queries to start from: what should be found, and what no image can answer. */
import type { TextQuery } from '@shared/domain/evaluation.js'

const queries: TextQuery[] = [
  { text: 'clear lungs no infiltrates', relevant: ['NORMAL'] },
  { text: 'normal chest x-ray', relevant: ['NORMAL'] },
  { text: 'no consolidation', relevant: ['NORMAL'] },
  { text: 'pneumonia consolidation', relevant: ['PNEUMONIA'] },
  { text: 'RLL infiltrate', relevant: ['PNEUMONIA'] },
  { text: 'rib fracture', abstain: true },
  { text: 'knee', abstain: true },
]

export const EXAMPLE_QUERIES = `[\n${queries.map((query) => `  ${JSON.stringify(query)}`).join(',\n')}\n]\n`
