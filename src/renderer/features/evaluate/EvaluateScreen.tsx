/** How well the library finds its own kind: precision at k with intervals, by finding, and every query's answers. */
import type { Evaluation } from '@shared/domain.js'
import { ChartLine, Check, Download, X } from 'lucide-react'
import { useScroll } from '../../app/useScroll.js'
import { useSession } from '../../app/session.js'
import { toast } from '../../app/toasts.js'
import { host } from '../../host/client.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { FindingPill } from '../../ui/Marks.js'
import { Menu } from '../../ui/Menu.js'
import { Message, ProblemMessage } from '../../ui/Message.js'
import { PrecisionChart } from './PrecisionChart.js'
import { evaluationCsv } from './csv.js'
import { cancelEvaluation, runEvaluation, useEvaluate, type Degrade } from './evaluateStore.js'
import { Wall } from './Wall.js'
import './evaluate.css'
import '../search/hits.css'

const nameOf = (source: { name: string } | undefined, fallback: string) => source?.name ?? fallback

function Setup() {
  const { gallery, queries, degrade, running, result } = useEvaluate()
  const choose = async (what: 'gallery' | 'queries', folder: boolean) => {
    const chosen = await (folder ? host().pickFolder() : host().pickFiles())
    if (chosen?.[0])
      useEvaluate.setState(what === 'gallery' ? { gallery: chosen[0] } : { queries: chosen[0] })
  }
  const items = (what: 'gallery' | 'queries') => [
    {
      id: 'library',
      label: s.evaluate.thisLibrary,
      run: () => useEvaluate.setState(what === 'gallery' ? { gallery: undefined } : { queries: undefined }),
    },
    { id: 'files', label: s.evaluate.chooseFiles, run: () => void choose(what, false) },
    ...(host().host === 'electron'
      ? [{ id: 'folder', label: s.evaluate.chooseFolder, run: () => void choose(what, true) }]
      : []),
  ]
  return (
    <div className="row wrap eval-head">
      <h1>{s.evaluate.title}</h1>
      <Menu
        className="chip"
        heading={s.evaluate.gallery}
        items={items('gallery')}
        label={
          <>
            <span className="t3">{s.evaluate.gallery}</span> {nameOf(gallery, s.evaluate.thisLibrary)}
          </>
        }
      />
      <Menu
        className="chip"
        heading={s.evaluate.queries}
        items={items('queries')}
        label={
          <>
            <span className="t3">{s.evaluate.queries}</span>{' '}
            {nameOf(queries, gallery ? s.evaluate.thisLibrary : s.evaluate.eachLeftOut)}
          </>
        }
      />
      <Menu
        className="chip"
        heading={s.evaluate.degrade}
        items={(Object.keys(s.evaluate.degrades) as Degrade[]).map((id) => ({
          id,
          label: s.evaluate.degrades[id],
          checked: id === degrade,
          run: () => useEvaluate.setState({ degrade: id }),
        }))}
        label={
          <>
            <span className="t3">{s.evaluate.degrade}</span> {s.evaluate.degrades[degrade]}
          </>
        }
      />
      <span className="end row">
        {result && (
          <button
            type="button"
            className="btn"
            onClick={() =>
              void host()
                .saveAs('evaluation.csv', new TextEncoder().encode(evaluationCsv(result)), 'text/csv')
                .then((saved) => saved?.ok && toast(s.evaluate.exported))
            }
          >
            <Download aria-hidden="true" />
            {s.evaluate.export}
          </button>
        )}
        <button type="button" className="btn primary" disabled={running} onClick={() => void runEvaluation()}>
          {result ? s.evaluate.again : s.evaluate.run}
        </button>
      </span>
    </div>
  )
}

function Figures({ result }: { result: Evaluation }) {
  const ks = Object.keys(result.precisionAt)
  const intervals = ks.map((k) => result.interval95[`precisionAt${k}`] ?? result.interval95[k])
  const low =
    Math.floor(
      Math.min(...intervals.map((pair) => pair?.[0] ?? 1), ...Object.values(result.precisionAt), result.map) *
        10,
    ) / 10
  const at = (value: number) => `${((value - low) / (1 - low || 1)) * 100}%`
  return (
    <div className="stats">
      {ks.slice(0, 4).map((k, i) => {
        const value = result.precisionAt[k] ?? 0
        const pair = intervals[i]
        return (
          <div className="card stat-card" key={k}>
            <span className="t2">{s.evaluate.precision(k)}</span>
            <b className="stat">{score(value)}</b>
            <span className="ci" aria-hidden="true">
              {pair && <i style={{ left: at(pair[0]), right: `calc(100% - ${at(pair[1])})` }} />}
              <b style={{ left: at(value) }} />
            </span>
            <span className="row xs t3">
              {low.toFixed(2)}
              <span className="grow centre">
                {pair ? s.evaluate.interval(score(pair[0]), score(pair[1])) : ''}
              </span>
              1.00
            </span>
          </div>
        )
      })}
      <div className="card stat-card">
        <span className="t2">{s.evaluate.map}</span>
        <b className="stat">{score(result.map)}</b>
        <span className="xs t3 end-line">
          {s.evaluate.vote(result.vote.k)}: <b>{score(result.vote.accuracy)}</b>
        </span>
      </div>
    </div>
  )
}

function ByFinding({ result }: { result: Evaluation }) {
  return (
    <section className="card eval-card" aria-label={s.evaluate.byFinding}>
      <h2>{s.evaluate.byFinding}</h2>
      <table className="hit-table">
        <thead>
          <tr>
            <th>{s.evaluate.finding}</th>
            <th className="num">{s.evaluate.n}</th>
            <th className="num">{s.evaluate.p1}</th>
            <th className="num">{s.evaluate.p10}</th>
            <th className="num">{s.evaluate.mapShort}</th>
            <th className="num">{s.evaluate.voteShort}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(result.perClass).map(([finding, line]) => (
            <tr key={finding}>
              <td>
                <FindingPill findings={[finding]} />
              </td>
              <td className="num">{line.queries}</td>
              <td className="num">{score(line.precisionAt['1'] ?? 0)}</td>
              <td className="num">{score(line.precisionAt['10'] ?? 0)}</td>
              <td className="num">{score(line.map)}</td>
              <td className="num">{score(line.vote)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="xs t3">
        {s.evaluate.modelNote(result.model.id, result.model.sha256.slice(0, 8))} ·{' '}
        {s.evaluate.galleryNote(result.gallery.images)}
        {result.failures.length > 0 ? ` · ${s.evaluate.failures(result.failures.length)}` : ''}
      </p>
    </section>
  )
}

export function EvaluateScreen() {
  const { running, progress, result, problem, order } = useEvaluate()
  const synthetic = useSession((session) => session.library?.synthetic ?? false)
  const scroll = useScroll('evaluate')
  const share = progress?.total ? progress.done / progress.total : 0
  return (
    <div className="evaluate" ref={scroll}>
      <Setup />
      {synthetic && (
        <Message kind="info" head={s.evaluate.syntheticHead}>
          {s.evaluate.syntheticText}
        </Message>
      )}
      {problem && <ProblemMessage problem={problem} />}
      {running && (
        <div className="card import-card" role="status">
          <div className="row">
            <span className="spin" aria-hidden="true" />
            <b>{s.evaluate.running}</b>
            {progress?.total !== undefined && (
              <span className="t2">{s.library.progress(progress.done, progress.total)}</span>
            )}
            <button type="button" className="btn end" onClick={cancelEvaluation}>
              {s.shell.cancel}
            </button>
          </div>
          <div className="bar">
            <i style={{ width: `${share * 100}%` }} />
          </div>
        </div>
      )}
      {!result && !running && (
        <div className="empty">
          <ChartLine aria-hidden="true" />
          <h2>{s.evaluate.startHead}</h2>
          <p className="measure">{s.evaluate.startText}</p>
        </div>
      )}
      {result && (
        <>
          <Figures result={result} />
          <div className="eval-two">
            <PrecisionChart result={result} />
            <ByFinding result={result} />
          </div>
          {result.wall && result.wall.length > 0 && (
            <section className="col" aria-label={s.evaluate.wall}>
              <div className="row wrap">
                <h2>{s.evaluate.wall}</h2>
                <span className="t3">{s.evaluate.wallMeta(result.queries.images, result.seconds)}</span>
                <Segment
                  label={s.evaluate.order}
                  value={order}
                  onChange={(value) => useEvaluate.setState({ order: value })}
                  options={[
                    ['wrong', s.evaluate.wrongFirst],
                    ['right', s.evaluate.rightFirst],
                  ]}
                />
                <span className="end row">
                  <span className="badge right">
                    <Check aria-hidden="true" />
                    {s.evaluate.same}
                  </span>
                  <span className="badge wrong">
                    <X aria-hidden="true" />
                    {s.evaluate.other}
                  </span>
                </span>
              </div>
              <Wall wall={result.wall} order={order} />
            </section>
          )}
        </>
      )}
    </div>
  )
}
