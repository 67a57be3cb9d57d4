import type { Hit } from '@shared/domain/search.js'
import { useIdentity } from '../../app/identity.js'
import { ageSex, score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Closeness, FindingPill } from '../../ui/Marks.js'
import { Picture } from '../../ui/Picture.js'
import { Agreement, hitKeys, hitName } from './HitCard.js'
import { HitMenu } from './HitMenu.js'
import { openCompare } from './searchCommands.js'
import { selectHit } from './question.js'

type Props = {
  hits: readonly Hit[]
  majority: string | undefined
  selected: string | undefined
  searchId: string
}

/** The same hits, dense: for comparing many. */
export function HitList({ hits, majority, selected, searchId }: Props) {
  const { columns } = s.search
  const identity = useIdentity()
  return (
    <table className="hit-table" aria-label={s.search.hits}>
      <thead>
        <tr>
          <th className="num">{columns.rank}</th>
          <th>
            <span className="sr">{columns.image}</span>
          </th>
          <th>{columns.finding}</th>
          <th>{columns.agrees}</th>
          <th>{columns.closeness}</th>
          <th>{columns.score}</th>
          <th>{columns.case}</th>
          <th>{columns.ageSex}</th>
          <th>{columns.date}</th>
          <th>{columns.source}</th>
          <th className="num">{columns.notes}</th>
          <th>
            <span className="sr">{s.search.details}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {hits.map((hit) => (
          <tr
            key={hit.imageId}
            id={`hit-${hit.imageId}`}
            tabIndex={hit.imageId === selected ? 0 : -1}
            className={hit.imageId === selected ? 'sel' : ''}
            aria-label={hitName(hit, majority)}
            aria-current={hit.imageId === selected ? 'true' : undefined}
            onClick={() => selectHit(searchId, hit.imageId)}
            onDoubleClick={() => openCompare(hit.imageId)}
            onKeyDown={(event) => hitKeys(event, 1, hit.imageId)}
          >
            <td className="num">
              <b>{hit.rank}</b>
            </td>
            <td>
              <Picture
                className="thumb"
                source={{ kind: 'image', imageId: hit.imageId }}
                alt=""
                synthetic={hit.synthetic}
                maxSide={128}
                small
              />
            </td>
            <td>
              <FindingPill findings={hit.findings} />
            </td>
            <td>
              <Agreement hit={hit} majority={majority} />
            </td>
            <td>
              <Closeness value={hit.closeness} />
            </td>
            <td className="mono">{score(hit.score)}</td>
            <td className="mono">{hit.caseId}</td>
            <td className="t2">{ageSex(hit.study)}</td>
            <td className="t2">{identity.day(hit.study.studyDate)}</td>
            <td className="t2">{hit.source}</td>
            <td className="num t2">{hit.notes}</td>
            <td>
              <HitMenu hit={hit} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
