/** Marks of findings: shape, word and colour together, never colour alone. */
import { findingName } from '../strings/format.js'
import { s } from '../strings/strings.js'

export type Tone = 'pneumonia' | 'normal' | 'other' | 'unknown'

/** The tone of a case from its findings: what a library may call pneumonia or normal, else another finding. */
export function toneOf(findings: readonly string[]): Tone {
  if (findings.length === 0) return 'unknown'
  if (findings.some((finding) => finding.includes('PNEUMONIA') && !finding.startsWith('NO')))
    return 'pneumonia'
  if (findings.every((finding) => /^(NORMAL|NO[_ ](FINDING|PNEUMONIA)S?)$/.test(finding))) return 'normal'
  return 'other'
}

export function findingsText(findings: readonly string[]): string {
  return findings.length === 0 ? s.search.noFinding : findings.map(findingName).join(', ')
}

export function Mark({ tone }: { tone: Tone }) {
  return (
    <svg className={`fm mark-${tone}`} viewBox="0 0 20 20" aria-hidden="true">
      {tone === 'pneumonia' && <path d="M10 3l7 7-7 7-7-7z" fill="currentColor" />}
      {tone === 'other' && (
        <>
          <path d="M10 3l7 7-7 7-7-7z" />
          <path d="M10 3v14l-7-7z" fill="currentColor" />
        </>
      )}
      {tone === 'normal' && <circle cx="10" cy="10" r="6" strokeWidth="2.2" />}
      {tone === 'unknown' && <rect x="4" y="4" width="12" height="12" strokeDasharray="3 2.2" />}
    </svg>
  )
}

export function FindingPill({ findings }: { findings: readonly string[] }) {
  const tone = toneOf(findings)
  return (
    <span className={`find tone-${tone}`}>
      <Mark tone={tone} />
      <span>{findingsText(findings)}</span>
    </span>
  )
}

const STEPS = { 'very close': 3, close: 2, near: 1, distant: 0 } as const

/** Three bars and a word against this library's own distances; never a percentage. */
export function Closeness({ value }: { value: keyof typeof STEPS | undefined }) {
  if (!value) return null
  const filled = STEPS[value]
  return (
    <span className="closeness">
      <i aria-hidden="true">
        {[1, 2, 3].map((step) => (
          <b key={step} className={step <= filled ? 'f' : ''} />
        ))}
      </i>
      {s.search.closeness[value]}
    </span>
  )
}
