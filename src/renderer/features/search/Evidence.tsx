/** What the nearest cases say together, with its base. Nothing here is a diagnosis. */
import { countsOf, evidenceWords } from '@shared/evidenceWords.js'
import type { ImageSearch } from '@shared/domain/search.js'
import { ChartLine, FileText } from 'lucide-react'
import { go } from '../../app/nav.js'
import { openOverlay } from '../../app/overlays.js'
import { useModelKnows } from '../../app/useModelKnows.js'
import { s } from '../../strings/strings.js'
import { Key } from '../../ui/Key.js'
import { findingsText, Mark, toneOf } from '../../ui/Marks.js'

/** The cases that are counted, which are not the hits where some of these are copies of the query. */
function Pips({ counted }: { counted: ImageSearch['counted'] }) {
  const names = counted.map((one) => findingsText(one.findings)).join(', ')
  return (
    <div className="pips" role="img" aria-label={`${s.search.pips(counted.length)}: ${names}`}>
      {counted.map((hit) => (
        <span key={hit.imageId} className={`tone-${toneOf(hit.findings)}`}>
          <Mark tone={toneOf(hit.findings)} />
        </span>
      ))}
    </div>
  )
}

/** Whether the hits' labels may be shown as a strip: not where they are no evidence. */
const countable = (result: ImageSearch): boolean =>
  countsOf(result).length > 0 ||
  (result.query.inDistribution !== false &&
    result.query.measuring !== true &&
    result.counted.length > 0 &&
    result.counted.every(({ findings }) => findings.length === 0))

export function EvidenceWords({ result }: { result: ImageSearch }) {
  const limit = useModelKnows()
  const { headline, share, sentences, passing } = evidenceWords(result)
  return (
    <div>
      <p className={`big ${passing ? 'row' : ''}`}>
        {passing && <span className="spin" aria-hidden="true" />}
        {headline}
      </p>
      <p>
        {share && (
          <>
            <b>{share.share}</b> <span className="t3">{share.base}</span>{' '}
          </>
        )}
        {sentences.map((sentence) => `${sentence} `)}
        {result.hits.length > 0 && !passing && <span className="t1">{limit}</span>}
      </p>
    </div>
  )
}

type Props = { result: ImageSearch | undefined; busy: boolean; restarting: boolean }

export function Evidence({ result, busy, restarting }: Props) {
  return (
    <section className="evidence" aria-label={s.search.evidence}>
      <div className="evidence-bar">
        {restarting ? (
          <p className="row evidence-wait" role="status">
            <span className="spin" aria-hidden="true" />
            {s.search.restarting}
          </p>
        ) : result && !busy ? (
          <>
            {countable(result) && <Pips counted={result.counted} />}
            <div className="evidence-words">
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
              <div role="status">
                <EvidenceWords result={result} />
              </div>
            </div>
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
      </div>
    </section>
  )
}
