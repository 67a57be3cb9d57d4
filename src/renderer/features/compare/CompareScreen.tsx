/** Query and case side by side, linked, with what made the score. */
import type { Hit } from '@shared/domain/search.js'
import { Columns2, EyeOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { go } from '../../app/nav.js'
import { useIdentity } from '../../app/identity.js'
import { score, viewName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { FindingPill } from '../../ui/Marks.js'
import { sourceOf } from '../../viewer/heat.js'
import type { HeatLayer } from '../../viewer/overlay.js'
import { freshSlot, useViewer, type Slot } from '../../viewer/viewerStore.js'
import { useFramesAhead } from '../../viewer/useFramesAhead.js'
import { Viewport } from '../../viewer/Viewport.js'
import { allHits, imagesOf, isHeldBack, queryImage, selectedHit, useSearches } from '../search/searchState.js'
import { besides } from './besides.js'
import { CasePanel } from './CasePanel.js'
import { useCompare } from './compareStore.js'
import { ExplainBar } from './ExplainBar.js'
import { Filmstrip } from './Filmstrip.js'
import { ToolBar } from './ToolBar.js'
import { useExplanation } from './useExplanation.js'
import './compare.css'

type Hover = { slot: 'query' | 'case'; place: number } | undefined

function CaseView({
  hit,
  opposite,
  slot,
  heat,
  onHover,
}: {
  hit: Hit
  /** One of the nearest with the opposite finding, which have ranks of their own. */
  opposite: boolean
  slot: Slot
  heat?: HeatLayer | undefined
  onHover?: (at: { x: number; y: number } | undefined) => void
}) {
  const identity = useIdentity()
  const place = opposite ? s.compare.opposite : s.compare.rank(hit.rank)
  useEffect(() => freshSlot(slot, hit.imageId), [slot, hit.imageId])
  return (
    <Viewport
      slot={slot}
      source={{ kind: 'image', imageId: hit.imageId }}
      name={`${place}, ${hit.caseId}`}
      topLeft={
        <>
          <div>
            <b>{place}</b> · {hit.caseId}
          </div>
          <div>{identity.who(hit.study)}</div>
          <div>{identity.day(hit.study.studyDate)}</div>
          <div className="vp-find">
            <FindingPill findings={hit.findings} />
          </div>
        </>
      }
      topRight={<div>{[hit.study.bodyPart, hit.study.viewPosition].filter(Boolean).join(' ')}</div>}
      bottomRight={hit.source}
      heat={heat}
      {...(onHover ? { onHover } : {})}
    />
  )
}

/** In the place of the case, where there is none. */
function NoCase({ searching, reading }: { searching: boolean; reading: boolean }) {
  const icon = reading ? <EyeOff aria-hidden="true" /> : <Columns2 aria-hidden="true" />
  return (
    <div className="vp no-case" role="status">
      <div className="empty">
        {searching ? <span className="spin" /> : icon}
        <h2>{searching ? s.compare.noCaseYet : reading ? s.blind.openHead : s.compare.noCase}</h2>
        {!searching && <p>{reading ? s.blind.noCaseText : s.compare.noCaseText}</p>}
        <button type="button" className={`btn ${reading ? 'primary' : ''}`} onClick={() => go('search')}>
          {reading ? s.blind.toReading : s.compare.toSearch}
        </button>
      </div>
    </div>
  )
}

export function CompareScreen({ searchId }: { searchId: string | undefined }) {
  const search = useSearches((state) => (searchId === undefined ? undefined : state.searches[searchId]))
  const { layout, explain, differ, opacity, top, details } = useCompare()
  const active = useViewer((viewer) => viewer.active)
  const identity = useIdentity()
  const [hover, setHover] = useState<Hover>(undefined)
  const image = queryImage(search)
  const hit = selectedHit(search)
  const opposites = search?.result?.contrast ?? []
  const isOpposite = (one: Hit): boolean => opposites.some((other) => other.imageId === one.imageId)
  // A case is set against the nearest with the other finding: one of these against the nearest of all.
  const third = hit && isOpposite(hit) ? search?.result?.hits[0] : opposites[0]
  const { value, problem, checking } = useExplanation(image?.queryId, hit?.imageId, explain, third?.imageId)
  const queryId = image?.queryId
  useEffect(() => {
    if (queryId !== undefined) freshSlot('query', queryId)
  }, [queryId])
  const others = allHits(search?.result)
  const at = others.findIndex((other) => other.imageId === hit?.imageId)
  const more = besides(search?.result?.hits ?? [], hit, third, layout)
  // One step to either side, as the arrows and the filmstrip go.
  useFramesAhead(undefined, others[at + 1]?.imageId, others[at - 1]?.imageId)
  const difference = differ ? value?.difference : undefined
  if (!search || !image) {
    return (
      <div className="empty">
        <Columns2 aria-hidden="true" />
        <h2>{s.compare.nothing}</h2>
        <p>{s.compare.nothingText}</p>
        <button type="button" className="btn primary" onClick={() => go('search')}>
          {s.compare.toSearch}
        </button>
      </div>
    )
  }
  const reading = isHeldBack(search)
  const placeAt = (at: { x: number; y: number }) =>
    value ? Math.floor(at.y * value.grid[0]) * value.grid[1] + Math.floor(at.x * value.grid[1]) : 0
  const queryPlace =
    hover && value
      ? hover.slot === 'query'
        ? hover.place
        : sourceOf(value.matches, value.contributions, hover.place)
      : undefined
  const casePlace =
    hover && value ? (hover.slot === 'case' ? hover.place : value.matches[hover.place]) : undefined
  const layer = (
    values: number[] | undefined,
    place: number | undefined,
    text: string,
    /** The difference is drawn on the query alone: on the case only the linked place is. */
    bare = false,
  ): HeatLayer | undefined =>
    explain && value && values
      ? {
          grid: value.grid,
          values,
          opacity: bare ? 0 : opacity,
          top,
          signed: values === difference?.shares,
          ...(place === undefined ? {} : { marked: { place, text } }),
        }
      : undefined
  const shares = difference?.shares ?? value?.contributions
  const share = queryPlace === undefined ? 0 : (shares?.[queryPlace] ?? 0)
  const images = imagesOf(search.opened)
  const showQuery = layout !== '1' || active === 'query' || !hit
  const showCase = hit && (layout !== '1' || active !== 'query')
  return (
    <div className={`compare ${details && !reading ? 'with-panel' : ''}`}>
      <div className="compare-main">
        <ToolBar />
        <div className={`viewports n${layout === '1' ? 1 : 2 + more.length}`}>
          {showQuery && (
            <Viewport
              slot="query"
              source={{ kind: 'query', queryId: image.queryId }}
              name={s.compare.query}
              topLeft={
                <>
                  <div>
                    <b>{s.compare.query}</b>
                  </div>
                  <div>{identity.who(image.study)}</div>
                  <div>{identity.day(image.study.studyDate)}</div>
                </>
              }
              topRight={
                <>
                  <div>
                    {[image.study.bodyPart, viewName(image.study, image.view, image.viewSeen ?? false)]
                      .filter(Boolean)
                      .join(' ')}
                  </div>
                  <div>{s.compare.of(images.indexOf(image) + 1, images.length)}</div>
                </>
              }
              bottomRight={reading ? undefined : identity.file(image.facts.file)}
              heat={layer(
                difference?.shares ?? value?.contributions,
                queryPlace,
                `${share >= 0 ? '+' : ''}${score(share)}`,
              )}
              onHover={(at) => setHover(at && value ? { slot: 'query', place: placeAt(at) } : undefined)}
            />
          )}
          {showCase && (
            <CaseView
              hit={hit}
              opposite={isOpposite(hit)}
              slot="case"
              heat={layer(value?.caseContributions, casePlace, s.compare.best, difference !== undefined)}
              onHover={(at) => setHover(at && value ? { slot: 'case', place: placeAt(at) } : undefined)}
            />
          )}
          {!hit && layout !== '1' && (
            <NoCase
              reading={reading}
              searching={search.result === undefined && !search.problem && !reading}
            />
          )}
          {more.map((one) => (
            <CaseView key={one.slot} hit={one.hit} opposite={isOpposite(one.hit)} slot={one.slot} />
          ))}
        </div>
        <ExplainBar value={value} checking={checking} problem={problem} hit={hit} opposite={third} />
        <Filmstrip search={search} />
      </div>
      {/* Tags may say the finding in a description or a comment. */}
      {details && !reading && (
        <CasePanel queryId={image.queryId} hit={hit} explanation={value} opposite={third} />
      )}
    </div>
  )
}
