/** The main job: query left, evidence above, the nearest cases, and always those with the opposite finding. */
import type { Problem } from '@shared/errors.js'
import { nothingRanks } from '@shared/evidenceWords.js'
import { findingInWords } from '@shared/findingWords.js'
import { Search as SearchIcon } from 'lucide-react'
import { addFolder } from '../../app/intake.js'
import { closeOverlay, useOverlay } from '../../app/overlays.js'
import { usePrefs } from '../../app/prefs.js'
import { openDemo, useSession } from '../../app/session.js'
import { useScroll } from '../../app/useScroll.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { Key } from '../../ui/Key.js'
import { ProblemMessage } from '../../ui/Message.js'
import { useSlow } from '../../ui/useSlow.js'
import { useFramesAhead } from '../../viewer/useFramesAhead.js'
import { OpeningProgress } from '../welcome/OpeningProgress.js'
import { WelcomeScreen } from '../welcome/WelcomeScreen.js'
import { BlindPanel } from './BlindPanel.js'
import { Evidence } from './Evidence.js'
import { FilterBar, filterChips } from './FilterBar.js'
import { HitCard } from './HitCard.js'
import { HitList } from './HitList.js'
import { HitPreview } from './HitPreview.js'
import { NoImage, Stopped } from './NoImage.js'
import { PanelStrip, usePanelFolded } from './PanelStrip.js'
import { QueryPanel } from './QueryPanel.js'
import { openCompare } from './searchCommands.js'
import { changeQuestion } from './question.js'
import { cancelSearch, searchAgain } from './searchRun.js'
import { majorityOf, selectedHit, useSearches, type Search } from './searchState.js'
import { declinedOf } from './sources.js'
import './search.css'
import './hits.css'

/** The image left out, and no other source that ranks: the way back is the image. */
function NothingRanks({ search }: { search: Search }) {
  const declined = search.question.chips.some((chip) => declinedOf(search.result?.fusion, chip) !== undefined)
  return (
    <div className="empty">
      <SearchIcon aria-hidden="true" />
      <h2>{s.refine.nothingRanks}</h2>
      <p>{s.refine.nothingRanksText(declined)}</p>
      <div className="row">
        <button
          type="button"
          className="btn primary"
          onClick={() => changeQuestion(search.id, { image: true })}
        >
          {s.refine.withImage}
        </button>
      </div>
    </div>
  )
}

function NoHits({ search }: { search: Search }) {
  const chips = filterChips(search.question.filters)
  const counts = search.result?.withoutFilter ?? {}
  const of = (key: string) =>
    key === 'age'
      ? Math.max(counts['ageMin'] ?? 0, counts['ageMax'] ?? 0, counts['age'] ?? 0)
      : (counts[key] ?? 0)
  const best = [...chips].sort((a, b) => of(b.key) - of(a.key))[0]
  return (
    <div className="empty">
      <SearchIcon aria-hidden="true" />
      <h2>{s.search.noHits(chips.length)}</h2>
      {best && of(best.key) > 0 && <p>{s.search.withoutOne(best.name, of(best.key))}</p>}
      <div className="row">
        {best && (
          <button
            type="button"
            className="btn primary"
            onClick={() => changeQuestion(search.id, { filters: best.rest })}
          >
            {s.search.removeOne(best.name)}
          </button>
        )}
        {chips.length > 0 && (
          <button type="button" className="btn" onClick={() => changeQuestion(search.id, { filters: {} })}>
            {s.search.clearAll}
          </button>
        )}
      </div>
    </div>
  )
}

function Loading({ search }: { search: Search }) {
  const slow = useSlow(true, 100)
  const verySlow = useSlow(true, 1000)
  const opening = search.state === 'opening'
  const done = search.progress?.done
  return (
    <>
      <ul className={`hits ${slow ? '' : 'unseen'}`} aria-hidden="true">
        {Array.from({ length: 10 }, (_, i) => (
          <li key={i}>
            <div className="hit">
              <div className="ph">
                <span className="pic" />
              </div>
              <div className="b">
                <span className="sk sk-pill" />
                <span className="sk sk-line" />
                <span className="sk sk-line short" />
              </div>
            </div>
          </li>
        ))}
      </ul>
      {verySlow && (
        <div className="row wait-line" role="status">
          <span className="spin" aria-hidden="true" />
          {opening ? (done ? s.search.openingCount(done) : s.search.opening) : s.search.searching}
          <button type="button" className="btn" onClick={() => cancelSearch(search.id)}>
            {s.shell.cancel}
          </button>
        </div>
      )}
    </>
  )
}

function Trouble({ search }: { search: Search }) {
  const problem = search.problem
  if (!problem) return <Stopped search={search} />
  if (problem.code === 'LIBRARY_EMPTY' || problem.code === 'LIBRARY_NONE')
    return <NothingToSearch search={search} problem={problem} />
  return (
    <div className="trouble">
      <ProblemMessage
        problem={problem}
        actions={
          <button type="button" className="btn primary" onClick={() => searchAgain(search.id)}>
            {s.messages.tryAgain}
          </button>
        }
      />
    </div>
  )
}

/** An image was dropped before there is a library: no fault, and one press from an answer. */
function NothingToSearch({ search, problem }: { search: Search; problem: Problem }) {
  const opening = useSession((session) => session.opening)
  return (
    <div className="empty">
      <SearchIcon aria-hidden="true" />
      <h2>{problem.message}</h2>
      <p>{problem.remedy}</p>
      {opening ? (
        <OpeningProgress />
      ) : (
        <div className="row wrap">
          <button
            type="button"
            className="btn primary"
            onClick={() => void openDemo().then((opened) => (opened ? searchAgain(search.id) : undefined))}
          >
            {s.messages.useDemo}
          </button>
          <button type="button" className="btn" onClick={() => void addFolder()}>
            {s.messages.addCases}
          </button>
        </div>
      )}
    </div>
  )
}

function Opposite({ search }: { search: Search }) {
  const contrast = search.result?.contrast ?? []
  const majority = majorityOf(search.result)
  if (majority === undefined && contrast.length === 0) return null
  const names = [...new Set(contrast.flatMap((hit) => hit.findings))].map((name) => findingInWords(name))
  return (
    <section aria-label={s.search.opposite}>
      <div className="row opposite-head">
        <h2>{s.search.opposite}</h2>
        <span className="t3 clip">
          {contrast.length > 0 ? s.search.oppositeText(names.join(', ')) : s.search.noOpposite}
        </span>
        {contrast[0] && (
          <button type="button" className="btn ghost end" onClick={() => openCompare(contrast[0]?.imageId)}>
            {s.search.compareOpposite}
            <Key keys="C" />
          </button>
        )}
      </div>
      <ul className="opposites">
        {contrast.slice(0, 4).map((hit) => (
          <HitCard
            key={hit.imageId}
            hit={hit}
            majority={majority}
            selected={hit.imageId === search.selected}
            searchId={search.id}
            columns={4}
            opposite
          />
        ))}
      </ul>
    </section>
  )
}

function Results({ search }: { search: Search }) {
  const layout = usePrefs((prefs) => prefs.hitLayout)
  const hits = search.result?.hits ?? []
  const majority = majorityOf(search.result)
  if (hits.length === 0)
    return search.result && nothingRanks(search.result) ? (
      <NothingRanks search={search} />
    ) : (
      <NoHits search={search} />
    )
  return (
    <>
      {layout === 'grid' ? (
        <ul className="hits" aria-label={s.search.hits}>
          {hits.map((hit) => (
            <HitCard
              key={hit.imageId}
              hit={hit}
              majority={majority}
              selected={hit.imageId === search.selected}
              searchId={search.id}
              columns={5}
            />
          ))}
        </ul>
      ) : (
        <HitList hits={hits} majority={majority} selected={search.selected} searchId={search.id} />
      )}
      <Opposite search={search} />
    </>
  )
}

export function SearchScreen({ searchId }: { searchId: string }) {
  const search = useSearches((state) => state.searches[searchId])
  const engine = useSession((session) => session.engine)
  const overlay = useOverlay((state) => state.open)
  const scroll = useScroll('hits')
  const folded = usePanelFolded()
  // What Enter opens is read while the hit is looked at.
  useFramesAhead(search?.result && search.queryId, selectedHit(search)?.imageId)
  if (!search) return <WelcomeScreen />
  const busy = search.state === 'opening' || search.state === 'searching'
  const opened = search.opened && search.queryId === undefined && !busy
  // Without an image there is no query to show beside it.
  const alone = search.queryId === undefined && !busy
  return (
    <div className={`work ${alone ? 'alone' : folded ? 'folded' : ''}`}>
      {alone ? null : folded ? <PanelStrip search={search} /> : <QueryPanel search={search} />}
      <div className="results">
        {search.state === 'reading' ? (
          <BlindPanel search={search} />
        ) : search.state === 'problem' ? (
          <Trouble search={search} />
        ) : opened ? (
          <NoImage search={search} />
        ) : (
          <>
            <Evidence result={search.result} busy={busy} restarting={busy && engine === 'restarting'} />
            <FilterBar search={search} />
            <div className="hits-scroll" ref={scroll}>
              {!busy && search.changed !== undefined && !(search.result && nothingRanks(search.result)) && (
                <p className="changed xs" role="status">
                  <b>{s.refine.changed}</b> {search.changed}
                </p>
              )}
              {busy ? <Loading search={search} /> : search.result && <Results search={search} />}
            </div>
          </>
        )}
      </div>
      <HitPreview search={search} />
      {overlay === 'evidence' && (
        <Dialog title={s.search.whyTitle} onClose={closeOverlay}>
          {s.search.whyBody.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </Dialog>
      )}
    </div>
  )
}
