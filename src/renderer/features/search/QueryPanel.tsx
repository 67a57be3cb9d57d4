/** The query: its picture, what its file says, whether the library knows its like, and what is searched. */
import type { OpenedImage } from '@shared/domain/images.js'
import {
  Check,
  CircleHelp,
  Contrast,
  Eye,
  FolderOpen,
  PanelLeftClose,
  ScanSearch,
  TriangleAlert,
  Undo2,
} from 'lucide-react'
import { useState } from 'react'
import { openFiles } from '../../app/intake.js'
import { go } from '../../app/nav.js'
import { useIdentity } from '../../app/identity.js'
import { ageSex, count, viewName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Key } from '../../ui/Key.js'
import { Message } from '../../ui/Message.js'
import { QueryImage } from './QueryImage.js'
import { Impression } from './BlindPanel.js'
import { FailureList } from './FailureList.js'
import { openPanel } from './PanelStrip.js'
import { SeriesList } from './SeriesList.js'
import { Sources } from './Sources.js'
import { changeQuestion, undoQuestion } from './question.js'
import { isHeldBack, queryImage, type Search } from './searchState.js'
import { useSearchUi } from './searchUi.js'

function Facts({ image, heldBack }: { image: OpenedImage; heldBack: boolean }) {
  const identity = useIdentity()
  const { facts, study } = image
  const who = [ageSex(study), identity.patient(study)].filter(Boolean).join(' · ')
  const rows: [string, string | undefined][] = [
    [s.search.facts.file, heldBack ? s.blind.heldBack : identity.file(facts.file)],
    [
      s.search.facts.study,
      [identity.day(study.studyDate), heldBack ? undefined : identity.text(study.studyDescription)]
        .filter(Boolean)
        .join(' · '),
    ],
    [s.search.facts.patient, who],
    [
      s.search.facts.view,
      [study.modality, viewName(study, image.view, image.viewSeen ?? false)].filter(Boolean).join(' · '),
    ],
    [
      s.search.facts.pixels,
      `${count(facts.columns)} × ${count(facts.rows)} · ${s.search.bits(facts.bitsStored)}`,
    ],
  ]
  return (
    <dl className="kv xs">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="kv-row">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

function Gate({ search }: { search: Search }) {
  const [help, setHelp] = useState(false)
  const query = search.result?.query
  if (!query) return null
  const known = query.inDistribution
  return (
    <div className="sect">
      <div className="row">
        {known === true && (
          <span className="badge right">
            <Check aria-hidden="true" />
            {s.search.inside}
          </span>
        )}
        {known === false && (
          <span className="badge warn">
            <TriangleAlert aria-hidden="true" />
            {s.search.outside}
          </span>
        )}
        {known === undefined && (
          <span className="badge">{query.measuring ? s.search.gateMeasuring : s.search.gateUnknown}</span>
        )}
        <button
          type="button"
          className="btn ghost icon end"
          aria-expanded={help}
          aria-label={s.search.gateHelp}
          title={s.search.gateHelp}
          onClick={() => setHelp(!help)}
        >
          <CircleHelp aria-hidden="true" />
        </button>
      </div>
      <p className="xs gap-top">
        {known === false
          ? query.reason
          : query.pValue !== undefined
            ? s.search.insideText(query.pValue)
            : query.measuring
              ? s.search.gateMeasuringText
              : s.search.gateUnknownText}
      </p>
      {help && <p className="xs gap-top t2">{s.search.gateHelpText}</p>}
      {known === false && query.looks === 'inverted' && !search.question.invert && (
        <button
          type="button"
          className="btn primary gap-top"
          onClick={() => changeQuestion(search.id, { invert: true })}
        >
          {s.search.invertAndSearch}
        </button>
      )}
    </div>
  )
}

export function QueryPanel({ search }: { search: Search }) {
  const { drawing, seen } = useSearchUi()
  const image = queryImage(search)
  const failures = search.opened?.failures ?? []
  const cautions = [...(image?.cautions ?? []), ...(image?.facts.warnings ?? [])]
  return (
    <aside className="panel query-panel" aria-label={s.search.queryPanel}>
      <div className="row query-head">
        <h2>{s.search.query}</h2>
        <span className="end row tight">
          <button
            type="button"
            className="btn ghost icon"
            aria-label={s.shell.undo}
            title={s.shell.undo}
            disabled={search.past.length === 0}
            onClick={() => undoQuestion(search.id)}
          >
            <Undo2 aria-hidden="true" />
          </button>
          <button
            type="button"
            className="btn ghost icon"
            aria-label={s.welcome.openFiles}
            title={s.welcome.openFiles}
            onClick={() => void openFiles()}
          >
            <FolderOpen aria-hidden="true" />
          </button>
          <button
            type="button"
            className="btn ghost icon fold-panel"
            aria-expanded
            aria-label={s.search.foldPanel}
            title={s.search.foldPanel}
            onClick={() => openPanel(false)}
          >
            <PanelLeftClose aria-hidden="true" />
          </button>
        </span>
      </div>
      {image ? (
        <QueryImage search={search} image={image} />
      ) : (
        <div className="query-image">
          <span className="sk fill" />
        </div>
      )}
      {drawing && <p className="xs query-pad">{s.search.drawing}</p>}
      <div className="row query-tools">
        <button
          type="button"
          className="btn"
          aria-pressed={drawing}
          disabled={!image}
          onClick={() => useSearchUi.setState({ drawing: !drawing })}
        >
          <ScanSearch aria-hidden="true" />
          {s.search.addRegion}
          <Key keys="B" />
        </button>
        <button
          type="button"
          className="btn icon"
          aria-label={s.search.invert}
          title={s.search.invert}
          aria-pressed={search.question.invert}
          disabled={!image}
          onClick={() => changeQuestion(search.id, { invert: !search.question.invert })}
        >
          <Contrast aria-hidden="true" />
        </button>
        <button
          type="button"
          className="btn icon"
          aria-label={s.search.asSeen}
          title={s.search.asSeen}
          aria-pressed={seen}
          disabled={!image}
          onClick={() => useSearchUi.setState({ seen: !seen })}
        >
          <Eye aria-hidden="true" />
        </button>
        <button type="button" className="btn end" disabled={!image} onClick={() => go('compare', search.id)}>
          {s.search.viewer}
        </button>
      </div>
      <div className="query-pad">{image && <Facts image={image} heldBack={isHeldBack(search)} />}</div>
      {failures.length > 0 && image && (
        <details className="query-pad query-failures">
          <summary>
            <TriangleAlert aria-hidden="true" />
            {s.search.failures(failures.length)}
          </summary>
          <FailureList failures={failures} />
        </details>
      )}
      {search.result?.query.inLibrary && (
        <p className="xs query-pad">{s.search.inLibrary(search.result.query.inLibrary.caseId)}</p>
      )}
      {(search.result?.query.remarks ?? []).length > 0 && (
        <div className="query-pad">
          <Message kind="info" head={s.search.remarks}>
            {search.result?.query.remarks?.join(' ')}
          </Message>
        </div>
      )}
      {search.opened?.notice && (
        <div className="query-pad">
          <Message kind="warn" head={search.opened.notice.message}>
            {search.opened.notice.remedy}
          </Message>
        </div>
      )}
      {cautions.length > 0 && (
        <div className="query-pad">
          <Message kind="warn" head={s.search.cautions}>
            {cautions.join(' ')}
          </Message>
        </div>
      )}
      <Gate search={search} />
      <SeriesList search={search} />
      {search.state !== 'reading' && <Sources search={search} />}
      {search.state !== 'reading' && <Impression search={search} />}
    </aside>
  )
}
