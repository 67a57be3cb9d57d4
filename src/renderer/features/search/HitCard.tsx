/** One of the nearest cases: picture, finding, agreement, closeness; the score is a detail. */
import type { Hit } from '@shared/domain/search.js'
import { Equal, EqualNot, StickyNote } from 'lucide-react'
import { ageSex } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Closeness, FindingPill, findingsText } from '../../ui/Marks.js'
import { Picture } from '../../ui/Picture.js'
import { HitMenu } from './HitMenu.js'
import { moveSelection, openCompare } from './searchCommands.js'
import { selectHit } from './question.js'

/** A case without a finding neither agrees nor differs. */
export function agreementOf(hit: Hit, majority: string | undefined): 'agrees' | 'differs' | undefined {
  if (majority === undefined || hit.findings.length === 0) return undefined
  return hit.findings.includes(majority) ? 'agrees' : 'differs'
}

/** "Rank 7, normal, differs from the majority, close, case-1893, 3 y F, 2 notes" */
export function hitName(hit: Hit, majority: string | undefined, opposite = false): string {
  const agreement = agreementOf(hit, majority)
  const agrees =
    agreement === undefined ? undefined : agreement === 'agrees' ? s.search.agrees : s.search.differsFull
  return [
    opposite ? s.search.oppositeRank : s.search.rank(hit.rank),
    findingsText(hit.findings).toLowerCase(),
    opposite ? undefined : agrees,
    hit.closeness,
    hit.caseId,
    ageSex(hit.study),
    hit.notes > 0 ? s.search.notes(hit.notes) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}

export function Agreement({ hit, majority }: { hit: Hit; majority: string | undefined }) {
  const agreement = agreementOf(hit, majority)
  if (agreement === undefined) return null
  if (agreement === 'agrees')
    return (
      <span className="agrees" title={s.search.agrees}>
        <Equal aria-hidden="true" />
      </span>
    )
  return (
    <span className="badge" title={s.search.differsFull}>
      <EqualNot aria-hidden="true" />
      <span className="word">{s.search.differs}</span>
    </span>
  )
}

/** Keys shared by cards and rows: arrows move, Enter compares, Space previews through the window's commands. */
export function hitKeys(event: React.KeyboardEvent, perRow: number, imageId: string): void {
  if (event.target !== event.currentTarget) return
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key]
  if (step !== undefined) {
    event.preventDefault()
    moveSelection(step)
  } else if (event.key === 'Enter') {
    event.preventDefault()
    openCompare(imageId)
  }
}

type Props = {
  hit: Hit
  majority: string | undefined
  selected: boolean
  searchId: string
  columns: number
  opposite?: boolean
}

export function HitCard({ hit, majority, selected, searchId, columns, opposite = false }: Props) {
  const differs = opposite || agreementOf(hit, majority) === 'differs'
  return (
    <li className={opposite ? 'opposite-item' : ''}>
      <div
        id={`hit-${hit.imageId}`}
        className={`hit ${selected ? 'sel' : ''} ${differs ? 'diff' : ''} ${opposite ? 'wide' : ''}`}
        role="group"
        tabIndex={selected ? 0 : -1}
        aria-label={hitName(hit, majority, opposite)}
        aria-current={selected ? 'true' : undefined}
        onClick={() => selectHit(searchId, hit.imageId)}
        onFocus={(event) => event.target === event.currentTarget && selectHit(searchId, hit.imageId)}
        onDoubleClick={() => openCompare(hit.imageId)}
        onKeyDown={(event) => hitKeys(event, columns, hit.imageId)}
      >
        <div className="ph">
          <Picture
            source={{ kind: 'image', imageId: hit.imageId }}
            alt=""
            synthetic={hit.synthetic}
            maxSide={384}
            small={opposite}
          />
          {!opposite && <span className="rank">{hit.rank}</span>}
          {hit.notes > 0 && !opposite && (
            <span className="on-image">
              <StickyNote aria-hidden="true" />
              {hit.notes}
            </span>
          )}
        </div>
        <div className="b">
          <div className="row">
            <FindingPill findings={hit.findings} />
            <span className="end row tight">
              {!opposite && <Agreement hit={hit} majority={majority} />}
              <HitMenu hit={hit} />
            </span>
          </div>
          <div className="m">
            <span className="clip">{ageSex(hit.study) ?? ' '}</span>
            <Closeness value={hit.closeness} />
          </div>
          <div className="m">
            <span className="mono">{hit.caseId}</span>
            <span className="clip">{hit.source}</span>
          </div>
        </div>
      </div>
    </li>
  )
}
