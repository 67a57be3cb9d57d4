/** How well a library finds its own kind, by image and by words: figures with intervals, and every query's answers. */
import type { Evaluation } from '@shared/domain/evaluation.js'
import { ChartLine, Check, Download, X } from 'lucide-react'
import { useSession } from '../../app/session.js'
import { useScroll } from '../../app/useScroll.js'
import { host } from '../../host/client.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { Message, ProblemMessage } from '../../ui/Message.js'
import { ByFinding } from './ByFinding.js'
import { cancelEvaluation, runEvaluation, useEvaluate } from './evaluateStore.js'
import { EXAMPLE_QUERIES } from './exampleQueries.js'
import { Figures } from './Figures.js'
import { PrecisionChart } from './PrecisionChart.js'
import { ReliabilityChart } from './ReliabilityChart.js'
import { Setup } from './Setup.js'
import { staleBy } from './staleness.js'
import { TwoModels } from './TwoModels.js'
import { Wall } from './Wall.js'
import { WordQueries, WordStats } from './WordFigures.js'
import './evaluate.css'
import '../search/hits.css'

function Running() {
  const progress = useEvaluate((state) => state.progress)
  const share = progress?.total ? progress.done / progress.total : 0
  return (
    <div className="card import-card" role="status">
      <div className="row">
        <span className="spin" aria-hidden="true" />
        <b>{s.evaluate.running}</b>
        {progress && <span className="t2">{s.evaluate.phases[progress.phase] ?? progress.phase}</span>}
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
  )
}

function Start() {
  const mode = useEvaluate((state) => state.mode)
  return (
    <div className="empty">
      <ChartLine aria-hidden="true" />
      <h2>{mode === 'images' ? s.evaluate.startHead : s.evaluate.wordsHead}</h2>
      <p className="measure">{mode === 'images' ? s.evaluate.startText : s.evaluate.wordsText}</p>
      {mode === 'words' && (
        <button
          type="button"
          className="btn"
          onClick={() =>
            void host().saveAs(
              'word-queries.json',
              new TextEncoder().encode(EXAMPLE_QUERIES),
              'application/json',
            )
          }
        >
          <Download aria-hidden="true" />
          {s.evaluate.saveExample}
        </button>
      )}
    </div>
  )
}

function Legend() {
  return (
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
  )
}

/** Said before the figures: what they cannot tell, and what makes them better than on images that are new. */
function Remarks({ remarks }: Pick<Evaluation, 'remarks'>) {
  if (remarks === undefined) return null
  return (
    <Message kind="warn" head={s.evaluate.remarksHead}>
      {remarks.join(' ')}
    </Message>
  )
}

/** Said before the figures: they are of a state of the library or a model that is gone. */
function Outdated() {
  const { mode, basis, textBasis, running } = useEvaluate()
  const library = useSession((session) => session.library)
  const status = useSession((session) => session.status)
  const stale = staleBy(mode === 'images' ? basis : textBasis, { library, status })
  if (!stale || running) return null
  return (
    <Message
      kind="warn"
      head={s.evaluate.staleHead}
      actions={
        <button type="button" className="btn" onClick={() => void runEvaluation()}>
          {s.evaluate.again}
        </button>
      }
    >
      {[
        stale.images ? s.evaluate.staleImages(...stale.images) : '',
        stale.findings ? s.evaluate.staleFindings : '',
        stale.model ? s.evaluate.staleModel : '',
      ]
        .filter(Boolean)
        .join(' ')}
    </Message>
  )
}

function ByImages() {
  const { result, otherResult, order } = useEvaluate()
  if (!result) return null
  return (
    <>
      <Remarks remarks={result.remarks} />
      <Figures result={result} />
      {otherResult && <TwoModels a={result} b={otherResult} />}
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
            <Legend />
          </div>
          <Wall wall={result.wall} order={order} />
        </section>
      )}
    </>
  )
}

function ByWords() {
  const result = useEvaluate((state) => state.textResult)
  if (!result) return null
  return (
    <>
      <Remarks remarks={result.remarks} />
      <WordStats result={result} />
      <section className="col" aria-label={s.evaluate.wordWall}>
        <div className="row wrap">
          <h2>{s.evaluate.wordWall}</h2>
          <span className="t3">{s.evaluate.wordMeta(result.queries.count, result.seconds)}</span>
          <Legend />
        </div>
        <WordQueries result={result} />
      </section>
    </>
  )
}

export function EvaluateScreen() {
  const { mode, running, result, textResult, problem } = useEvaluate()
  const synthetic = useSession((session) => session.library?.synthetic ?? false)
  const ofLibrary = useEvaluate((state) => state.gallery === undefined)
  const scroll = useScroll('evaluate')
  const done = mode === 'images' ? result : textResult
  return (
    <div className="evaluate" ref={scroll}>
      <Setup />
      {synthetic && ofLibrary && (
        <Message kind="info" head={s.evaluate.syntheticHead}>
          {s.evaluate.syntheticText}
        </Message>
      )}
      {problem && <ProblemMessage problem={problem} />}
      {running && <Running />}
      {!done && !running && <Start />}
      {done && <Outdated />}
      {mode === 'images' ? <ByImages /> : <ByWords />}
      {ofLibrary && mode === 'images' && <ReliabilityChart />}
    </div>
  )
}
