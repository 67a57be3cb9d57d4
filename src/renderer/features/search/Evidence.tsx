/** What the nearest cases say together, with its base. Nothing here is a diagnosis. */
import { countsOf, countWords, shareWords, tiedOf, undecidedWords } from '@shared/evidenceWords.js'
import { findingInWords } from '@shared/findingWords.js'
import type { Hit, ImageSearch } from '@shared/domain/search.js'
import { ChartLine, FileText } from 'lucide-react'
import { go } from '../../app/nav.js'
import { openOverlay } from '../../app/overlays.js'
import { useSession } from '../../app/session.js'
import { s } from '../../strings/strings.js'
import { Key } from '../../ui/Key.js'
import { findingsText, Mark, toneOf } from '../../ui/Marks.js'

export function Pips({ hits }: { hits: readonly Hit[] }) {
  const names = hits.map((hit) => findingsText(hit.findings)).join(', ')
  return (
    <div className="pips" role="img" aria-label={`${s.search.pips(hits.length)}: ${names}`}>
      {hits.map((hit) => (
        <span key={hit.imageId} className={`tone-${toneOf(hit.findings)}`}>
          <Mark tone={toneOf(hit.findings)} />
        </span>
      ))}
    </div>
  )
}

/** The pack's own first sentence where it has one; else the sentence for the bundled model. */
function useLimit(): string {
  const limits = useSession((session) => session.status?.model?.limits)
  const own = limits?.[0]
  if (own === undefined) return s.search.limit
  return own.startsWith(s.search.limitVerb) ? s.search.thisModel(own) : own
}

/** Whether the hits' labels may be shown as a strip: not where they are no evidence. */
const countable = (result: ImageSearch): boolean =>
  countsOf(result).length > 0 ||
  (result.query.inDistribution !== false &&
    result.query.measuring !== true &&
    result.hits.length > 0 &&
    result.hits.every(({ findings }) => findings.length === 0))

export function EvidenceWords({ result }: { result: ImageSearch }) {
  const limit = useLimit()
  const counts = countsOf(result)
  const tied = tiedOf(counts)
  const [first] = counts
  const outside = result.query.inDistribution === false
  const unlabelled = result.hits.filter((hit) => hit.findings.length === 0).length
  if (result.hits.length === 0) {
    return (
      <div>
        <p className="big">{result.withoutFilter ? s.search.noneHead : s.search.nothingHead}</p>
        <p>{s.search.noneText}</p>
      </div>
    )
  }
  if (result.query.measuring === true) {
    return (
      <div>
        <p className="big row">
          <span className="spin" aria-hidden="true" />
          {s.search.measuringHead}
        </p>
        <p>{s.search.measuringText}</p>
      </div>
    )
  }
  if (outside) {
    return (
      <div>
        <p className="big">{s.search.outsideHead}</p>
        <p>
          {result.query.reason ?? result.evidenceNote} {limit}
        </p>
      </div>
    )
  }
  if (!first && unlabelled < result.hits.length) {
    return (
      <div>
        <p className="big">{s.search.noCountHead}</p>
        <p>
          {result.evidenceNote} {limit}
        </p>
      </div>
    )
  }
  if (!first || unlabelled * 2 > result.hits.length) {
    return (
      <div>
        <p className="big">{s.search.noEvidenceHead}</p>
        <p>
          {s.search.tooFew(unlabelled, result.hits.length)} {limit}
        </p>
      </div>
    )
  }
  const share = shareWords(first)
  const others = counts
    .filter((line) => (tied.length > 0 ? !tied.includes(line) : line !== first))
    .map((line) => `${line.count} ${findingInWords(line.finding)}`)
    .join(', ')
  return (
    <div>
      <p className="big">{tied.length > 0 ? undecidedWords(tied) : countWords(first)}</p>
      <p>
        {tied.length > 0 ? (
          <>{s.search.undecidedText} </>
        ) : share ? (
          <>
            <b>{share.share}</b> <span className="t3">{share.base}</span>{' '}
          </>
        ) : (
          <>{result.evidenceNote} </>
        )}
        {others !== '' && <>{s.search.otherFindings(others)} </>}
        <span className="t1">{limit}</span>
      </p>
    </div>
  )
}

type Props = { result: ImageSearch | undefined; busy: boolean; restarting: boolean }

export function Evidence({ result, busy, restarting }: Props) {
  return (
    <section className="evidence" aria-label={s.search.evidence}>
      {restarting ? (
        <p className="row evidence-wait" role="status">
          <span className="spin" aria-hidden="true" />
          {s.search.restarting}
        </p>
      ) : result && !busy ? (
        <>
          {countable(result) && <Pips hits={result.hits} />}
          <div role="status" className="evidence-words">
            <EvidenceWords result={result} />
          </div>
          <span className="row evidence-acts">
            <button type="button" className="btn" onClick={() => openOverlay('evidence')}>
              <ChartLine aria-hidden="true" />
              {s.search.why}
            </button>
            <button
              type="button"
              className={`btn ${result.hits.length > 0 ? 'primary' : ''}`}
              onClick={() => go('report')}
            >
              <FileText aria-hidden="true" />
              {s.search.report}
              <Key keys="Ctrl P" />
            </button>
          </span>
        </>
      ) : (
        <>
          <span className="sk pips-sk" />
          <span className="col" role="status" aria-label={s.search.searching}>
            <span className="sk line-a" />
            <span className="sk line-b" />
          </span>
        </>
      )}
    </section>
  )
}
