import type { Hit } from '@shared/domain/search.js'
import { s } from '../../strings/strings.js'
import { Mark, toneOf } from '../../ui/Marks.js'
import { Picture } from '../../ui/Picture.js'
import { agreementOf, hitName } from '../search/HitCard.js'
import { selectHit } from '../search/question.js'
import { allHits, majorityOf, type Search } from '../search/searchState.js'

function Frame({ hit, search, opposite }: { hit: Hit; search: Search; opposite: boolean }) {
  const majority = majorityOf(search.result)
  const selected = hit.imageId === search.selected
  const differs = agreementOf(hit, majority) === 'differs'
  return (
    <li>
      <button
        type="button"
        className={`frame ${selected ? 'on' : ''} ${differs ? 'diff' : ''}`}
        aria-label={hitName(hit, majority, opposite)}
        aria-current={selected ? 'true' : undefined}
        onClick={() => selectHit(search.id, hit.imageId)}
      >
        <Picture
          source={{ kind: 'image', imageId: hit.imageId }}
          alt=""
          synthetic={hit.synthetic}
          maxSide={128}
          small
        />
        <span className="row">
          <Mark tone={toneOf(hit.findings)} />
          {opposite ? '' : hit.rank}
        </span>
      </button>
    </li>
  )
}

/** Ranks, then the nearest with the opposite finding. */
export function Filmstrip({ search }: { search: Search }) {
  const hits = search.result?.hits ?? []
  const others = allHits(search.result).slice(hits.length)
  return (
    <div className="filmstrip">
      <ul aria-label={s.compare.filmstrip}>
        {hits.map((hit) => (
          <Frame key={hit.imageId} hit={hit} search={search} opposite={false} />
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <span className="xs t3 strip-word">{s.compare.oppositeStrip}</span>
          <ul aria-label={s.search.opposite}>
            {others.map((hit) => (
              <Frame key={hit.imageId} hit={hit} search={search} opposite />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
