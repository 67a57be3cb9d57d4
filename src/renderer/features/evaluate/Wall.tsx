import type { Evaluation } from '@shared/domain/evaluation.js'
import { Check, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { useSession } from '../../app/session.js'
import { s } from '../../strings/strings.js'
import { FindingPill, findingsText } from '../../ui/Marks.js'
import { Picture } from '../../ui/Picture.js'
import { startSearch } from '../search/searchRun.js'

export type WallRow = NonNullable<Evaluation['wall']>[number]
const STEP = 40
const SHOWN = 5

/** One found image in its frame: right solid with a tick, wrong dashed with a cross. */
export function Answer({ hit }: { hit: WallRow['hits'][number] }) {
  const synthetic = useSession((session) => session.library?.synthetic ?? false)
  const identity = useIdentity()
  const { imageId, queryId } = hit
  const name = `${findingsText([hit.finding])}, ${hit.same ? s.evaluate.sameShort : s.evaluate.otherShort}`
  const inner = (
    <>
      {imageId !== undefined ? (
        <Picture source={{ kind: 'image', imageId }} alt="" synthetic={synthetic} maxSide={128} small />
      ) : queryId !== undefined ? (
        <Picture source={{ kind: 'query', queryId }} alt="" synthetic={false} maxSide={128} small />
      ) : (
        <span className="pic">{identity.file(hit.file)}</span>
      )}
      <em>
        {hit.same ? <Check className="s" aria-hidden="true" /> : <X className="s" aria-hidden="true" />}
      </em>
    </>
  )
  const className = `answer ${hit.same ? 'same' : 'other'}`
  return imageId !== undefined ? (
    <button
      type="button"
      className={className}
      aria-label={name}
      title={identity.file(hit.file)}
      onClick={() => startSearch({ kind: 'image', imageId })}
    >
      {inner}
    </button>
  ) : (
    <span className={className} role="img" aria-label={name} title={identity.file(hit.file)}>
      {inner}
    </span>
  )
}

export function sortedWall(wall: readonly WallRow[], order: 'wrong' | 'right'): WallRow[] {
  const sign = order === 'wrong' ? 1 : -1
  return [...wall].sort((a, b) => sign * (a.precision - b.precision))
}

/** Queries with their nearest, failures first. Green and red are right here: the truth is known. */
export function Wall({ wall, order }: { wall: WallRow[]; order: 'wrong' | 'right' }) {
  const [shown, setShown] = useState(STEP)
  const identity = useIdentity()
  const synthetic = useSession((session) => session.library?.synthetic ?? false)
  const sorted = useMemo(() => sortedWall(wall, order), [wall, order])
  return (
    <>
      <ul className="col wall">
        {sorted.slice(0, shown).map((row) => {
          const right = row.hits.slice(0, SHOWN).filter((hit) => hit.same).length
          return (
            <li key={row.file} className="wall-row">
              {row.imageId !== undefined ? (
                <button
                  type="button"
                  className="answer"
                  aria-label={s.evaluate.open(identity.file(row.file))}
                  onClick={() =>
                    row.imageId !== undefined && startSearch({ kind: 'image', imageId: row.imageId })
                  }
                >
                  <Picture
                    source={{ kind: 'image', imageId: row.imageId }}
                    alt=""
                    synthetic={synthetic}
                    maxSide={128}
                    small
                  />
                </button>
              ) : (
                <span className="answer">
                  {row.queryId !== undefined ? (
                    <Picture
                      source={{ kind: 'query', queryId: row.queryId }}
                      alt=""
                      synthetic={false}
                      maxSide={128}
                      small
                    />
                  ) : (
                    <span className="pic" />
                  )}
                </span>
              )}
              <div className="wall-name col">
                <FindingPill findings={[row.truth]} />
                <span className="mono t3 clip" title={identity.file(row.file)}>
                  {identity.file(row.file)}
                </span>
              </div>
              {row.hits.slice(0, SHOWN).map((hit, i) => (
                <Answer key={`${hit.file} ${i}`} hit={hit} />
              ))}
              <span className="end num">
                <b>{s.evaluate.rightOf(right, Math.min(SHOWN, row.hits.length))}</b>{' '}
                <span className="t3">{s.evaluate.right}</span>
              </span>
            </li>
          )
        })}
      </ul>
      {shown < sorted.length && (
        <button type="button" className="btn self" onClick={() => setShown(shown + STEP)}>
          {s.library.showAll(sorted.length)}
        </button>
      )}
    </>
  )
}
