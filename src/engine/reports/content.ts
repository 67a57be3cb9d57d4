/** What a report says, ready to be laid out: every number is a word by now. */
import type { Paper } from './page.js'
import type { ReportPicture } from './pictures.js'
import type { Mark } from './wording.js'

export type Fact = readonly [label: string, value: string]
export type ReportedCase = {
  rank: number
  mark: Mark
  finding: string
  /** Pseudonym, age and sex. */
  who: string
  closeness: string
  source: string
  view: string
  /** Cosine, with as many decimals as tell the cases apart. */
  score: string
  picture: ReportPicture
}
export type ReportContent = {
  paper: Paper
  institution?: string
  study: string
  printed: string
  createdAt: Date
  query: { picture: ReportPicture; alt: string; facts: readonly Fact[] }
  evidence: { headline: string; sentences: readonly string[] }
  synthetic: boolean
  hits: readonly ReportedCase[]
  contrast: readonly ReportedCase[]
  notes: readonly { who: string; text: string }[]
  comment?: string
  reviewer?: string
  explanation?: {
    query: ReportPicture
    neighbour: ReportPicture
    label: string
    sentence: string
    /** What the check of the map found, or that it was not checked. */
    check: string
    score: string
  }
  provenance: readonly Fact[]
  limits: readonly string[]
  foot: string
  twin: Uint8Array
}
