import type { Hit } from '@shared/domain/search.js'
import { evidenceWords } from '@shared/evidenceWords.js'
import { verdictOf } from '@shared/fidelityWords.js'
import { useIdentity } from '../../app/identity.js'
import { usePrefs } from '../../app/prefs.js'
import { ageSex, count, shortened } from '../../strings/format.js'
import { useModelKnows } from '../../app/useModelKnows.js'
import { s } from '../../strings/strings.js'
import { findingsText } from '../../ui/Marks.js'
import { Picture } from '../../ui/Picture.js'
import { useExplanation } from '../compare/useExplanation.js'
import { queryImage, selectedHit, type Search } from '../search/searchState.js'
import { usePickedNotes } from './pickedNotes.js'

function Shown({ hit, ranked = true }: { hit: Hit; ranked?: boolean }) {
  return (
    <li>
      <Picture
        source={{ kind: 'image', imageId: hit.imageId }}
        alt=""
        synthetic={hit.synthetic}
        maxSide={256}
        small
      />
      <b>
        {ranked ? `${hit.rank}. ` : ''}
        {findingsText(hit.findings)}
      </b>
      <span>
        {[ageSex(hit.study), hit.closeness && s.search.closeness[hit.closeness]].filter(Boolean).join(' · ')}
      </span>
    </li>
  )
}

/** The explanation pair, with its check: worked out while the choices are made, so that saving need not wait for it. */
function Explained({ queryId, hit }: { queryId: string | undefined; hit: Hit }) {
  const { value, checking } = useExplanation(queryId, hit.imageId, true)
  const check = value?.fidelity ? verdictOf(value.fidelity).text : checking ? s.compare.checkRunning : ''
  return <li>{[s.report.sheetExplained(hit.rank), check].filter(Boolean).join('. ')}</li>
}

/** As many of them as the PDF prints. */
const CONTRAST_SHOWN = 4

export type ReportChoices = { k: number; paper: 'A4' | 'Letter'; deidentify: boolean; comment: string }

/** What the PDF will hold, on paper's colours whatever the theme. */
export function ReportSheet({ search, choices }: { search: Search; choices: ReportChoices }) {
  const { institution, reviewer } = usePrefs()
  const identity = useIdentity()
  const knows = useModelKnows()
  const image = queryImage(search)
  const notes = usePickedNotes(search.result)
  const { result } = search
  if (!image || !result) return null
  const { headline, share, sentences } = evidenceWords(result)
  const shown = result.hits.slice(0, choices.k)
  const opposite = result.contrast
    .filter(({ caseId }) => !shown.some((hit) => hit.caseId === caseId))
    .slice(0, CONTRAST_SHOWN)
  const chosen = selectedHit(search)
  const explained = shown.find(({ caseId }) => caseId === chosen?.caseId) ?? shown[0]
  const { study, facts } = image
  const studyOf = (caseId: string) =>
    [...result.hits, ...result.contrast].find((hit) => hit.caseId === caseId)?.study
  return (
    <div className="sheet-space" tabIndex={0} role="region" aria-label={s.report.preview}>
      <p className="xs t3">
        {s.report.sheetNote}
        {identity.hidden && !choices.deidentify && ` ${s.report.sheetHidden}`}
      </p>
      <article className={`sheet ${choices.paper}`}>
        <header>
          <h2>{s.report.sheetTitle}</h2>
          <p>{institution === '' ? s.report.sheetInstitution : institution}</p>
        </header>
        <p className="sheet-warn">
          {s.report.sheetWarning}
          {(facts.synthetic || shown.some(({ synthetic }) => synthetic)) && ` ${s.report.sheetSynthetic}`}
        </p>
        <div className="sheet-query">
          <Picture
            source={{ kind: 'query', queryId: image.queryId }}
            alt={s.search.query}
            synthetic={facts.synthetic}
            maxSide={640}
          />
          <div>
            <h3>{s.search.query}</h3>
            <p>
              {choices.deidentify
                ? s.shell.hidden
                : [identity.patient(study), ageSex(study), identity.day(study.studyDate)]
                    .filter(Boolean)
                    .join(' · ')}
            </p>
            <p>
              {count(facts.columns)} × {count(facts.rows)} · {s.search.bits(facts.bitsStored)}
            </p>
            <h3>{s.search.evidence}</h3>
            <b>{headline}.</b>
            <p>{[...(share ? [`${share.share} ${share.base}`] : []), ...sentences, knows].join(' ')}</p>
          </div>
        </div>
        <h3>{s.search.hits}</h3>
        <ul className="sheet-hits">
          {shown.map((hit) => (
            <Shown key={hit.imageId} hit={hit} />
          ))}
        </ul>
        {opposite.length > 0 && (
          <>
            <h3>{s.report.sheetContrast}</h3>
            <ul className="sheet-hits">
              {opposite.map((hit) => (
                <Shown key={hit.imageId} hit={hit} ranked={false} />
              ))}
            </ul>
          </>
        )}
        {notes.map(({ noteId, caseId: noteCase, text }) => (
          <section key={noteId}>
            <h3>{s.report.sheetNoteOf}</h3>
            <p className="note-text" dir="auto">
              {shortened(identity.note(text, studyOf(noteCase)))}
            </p>
          </section>
        ))}
        {notes.length > 0 && <p>{s.report.sheetNotesRenamed}</p>}
        {choices.comment !== '' && (
          <>
            <h3>{s.report.comment}</h3>
            <p className="note-text" dir="auto">
              {choices.comment}
            </p>
          </>
        )}
        {reviewer !== '' && (
          <p>
            {s.report.reviewer} {reviewer}
          </p>
        )}
        <h3>{s.report.sheetMore}</h3>
        <ul className="sheet-more">
          {explained && <Explained queryId={search.queryId} hit={explained} />}
          {s.report.sheetRest.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </article>
    </div>
  )
}
