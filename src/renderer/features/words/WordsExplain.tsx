/** Which places of an image made its score against the words, with the check beside it. */
import type { Hit } from '@shared/domain/search.js'
import type { Output } from '@shared/contract.js'
import type { Problem } from '@shared/errors.js'
import { topPlaces } from '@shared/heatMap.js'
import { Grid3x3 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { call } from '../../host/client.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { ProblemMessage } from '../../ui/Message.js'
import { Picture } from '../../ui/Picture.js'
import { heatColour } from '../../viewer/heat.js'
import { FidelityBadge } from '../compare/ExplainBar.js'

/** Share of the places that are coloured: as in Compare. */
const SHOWN = 0.15

type Explained = Output<'explain.text'>

function useExplained(text: string, imageId: string) {
  const [state, setState] = useState<{ value?: Explained; problem?: Problem; checking: boolean }>({
    checking: true,
  })
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    void (async () => {
      const first = await call('explain.text', { text, imageId }, { signal })
      if (signal.aborted) return
      if (!first.ok) {
        setState({ problem: first.problem, checking: false })
        return
      }
      setState({ value: first.value, checking: true })
      const checked = await call('explain.text', { text, imageId, fidelity: true }, { signal })
      if (!signal.aborted) setState({ value: checked.ok ? checked.value : first.value, checking: false })
    })()
    return () => controller.abort()
  }, [text, imageId])
  return state
}

function Places({ value }: { value: Explained }) {
  const [rows, columns] = value.grid
  const top = topPlaces(value.contributions, SHOWN)
  const most = Math.max(...value.contributions, 1e-9)
  return (
    <svg
      className="words-heat"
      viewBox={`0 0 ${columns} ${rows}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {top.map((place) => (
        <rect
          key={place}
          x={place % columns}
          y={Math.floor(place / columns)}
          width="1"
          height="1"
          fill={heatColour((value.contributions[place] ?? 0) / most)}
          opacity="0.6"
        />
      ))}
    </svg>
  )
}

function Explanation({ text, hit, onClose }: { text: string; hit: Hit; onClose: () => void }) {
  const { value, problem, checking } = useExplained(text, hit.imageId)
  const columns = value?.grid[1] ?? 1
  const [size, setSize] = useState<{ rows: number; columns: number } | undefined>(undefined)
  useEffect(() => {
    void call('cases.get', { caseId: hit.caseId }).then((answer) => {
      const own = answer.ok && answer.value.imageList.find(({ imageId }) => imageId === hit.imageId)
      if (own) setSize(own.facts)
    })
  }, [hit])
  return (
    <Dialog title={s.words.explainTitle(text, hit.caseId)} wide onClose={onClose}>
      {problem && <ProblemMessage problem={problem} />}
      <div className="words-explain">
        <div
          className="words-explain-picture"
          style={{ aspectRatio: size ? `${size.columns} / ${size.rows}` : '1' }}
        >
          <Picture
            source={{ kind: 'image', imageId: hit.imageId }}
            alt={hit.caseId}
            synthetic={hit.synthetic}
            maxSide={640}
          />
          {value && size && <Places value={value} />}
        </div>
        <div className="col grow">
          <div className="row wrap">
            <FidelityBadge fidelity={value?.fidelity} checking={checking && !problem} />
          </div>
          {value && (
            <>
              <p>
                {s.compare.addsUp(score(value.score))}{' '}
                {s.compare.sees(Math.round(value.receptiveField * 100))}
              </p>
              <table className="hit-table">
                <thead>
                  <tr>
                    <th>{s.compare.place}</th>
                    <th className="num">{s.compare.share}</th>
                  </tr>
                </thead>
                <tbody>
                  {topPlaces(value.contributions, SHOWN).map((place) => (
                    <tr key={place}>
                      <td>{s.compare.rowColumn(Math.floor(place / columns) + 1, (place % columns) + 1)}</td>
                      <td className="num mono">{score(value.contributions[place] ?? 0)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          )}
        </div>
      </div>
    </Dialog>
  )
}

/** A button that shows the places, for one hit of a search by words. */
export function WordsExplain({ text, hit }: { text: string; hit: Hit }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="btn words-explain-button" onClick={() => setOpen(true)}>
        <Grid3x3 aria-hidden="true" />
        {s.compare.what}
        <span className="sr">{hit.caseId}</span>
      </button>
      {open && <Explanation text={text} hit={hit} onClose={() => setOpen(false)} />}
    </>
  )
}
