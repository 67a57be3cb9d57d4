/** What is measured: images or words, in which gallery, by which queries; and what to do with the figures. */
import type { ModelRow } from '@shared/domain/installation.js'
import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSession } from '../../app/session.js'
import { toast } from '../../app/toasts.js'
import { call, host } from '../../host/client.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { Menu } from '../../ui/Menu.js'
import { evaluationCsv, textEvaluationCsv } from './csv.js'
import { evaluationPng } from './evaluationPng.js'
import { runEvaluation, useEvaluate, type Degrade, type Sets } from './evaluateStore.js'

async function choose(what: keyof Sets, folder: boolean): Promise<void> {
  const chosen = await (folder ? host().pickFolder() : host().pickFiles())
  const [first] = chosen ?? []
  if (first) useEvaluate.setState({ [what]: first })
}

function SetMenu({ what, heading, none }: { what: keyof Sets; heading: string; none?: string }) {
  const chosen = useEvaluate((state) => state[what])
  return (
    <Menu
      className="chip"
      heading={heading}
      items={[
        ...(none === undefined
          ? []
          : [
              {
                id: 'library',
                label: s.evaluate.thisLibrary,
                run: () => useEvaluate.setState({ [what]: undefined }),
              },
            ]),
        {
          id: 'files',
          label: what === 'textQueries' ? s.evaluate.chooseQueries : s.evaluate.chooseFiles,
          run: () => void choose(what, false),
        },
        ...(host().host === 'electron' && what !== 'textQueries'
          ? [{ id: 'folder', label: s.evaluate.chooseFolder, run: () => void choose(what, true) }]
          : []),
      ]}
      label={
        <>
          <span className="t3">{heading}</span> {chosen?.name ?? none ?? s.evaluate.noQueries}
        </>
      }
    />
  )
}

async function save(name: string, bytes: Uint8Array | undefined, mime: string): Promise<void> {
  if (bytes === undefined) return
  const saved = await host().saveAs(name, bytes, mime)
  if (saved === undefined) return
  if (saved.ok) toast(s.evaluate.exported(name))
  else useEvaluate.setState({ problem: saved.problem })
}

function Export() {
  const { mode, result, textResult } = useEvaluate()
  const ofLibrary = useEvaluate((state) => state.gallery === undefined)
  const synthetic = useSession((session) => session.library?.synthetic ?? false) && ofLibrary
  const text = new TextEncoder()
  if (mode === 'words')
    return (
      textResult && (
        <button
          type="button"
          className="btn"
          onClick={() =>
            void save('word-evaluation.csv', text.encode(textEvaluationCsv(textResult)), 'text/csv')
          }
        >
          <Download aria-hidden="true" />
          {s.evaluate.exportCsv}
        </button>
      )
    )
  return (
    result && (
      <>
        <button
          type="button"
          className="btn"
          onClick={() => void save('evaluation.csv', text.encode(evaluationCsv(result)), 'text/csv')}
        >
          <Download aria-hidden="true" />
          {s.evaluate.exportCsv}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() =>
            void evaluationPng(result, synthetic).then((bytes) => save('evaluation.png', bytes, 'image/png'))
          }
        >
          <Download aria-hidden="true" />
          {s.evaluate.exportPng}
        </button>
      </>
    )
  )
}

/** A second model to measure on the same sets; only where another one is installed. */
function OtherModel() {
  const other = useEvaluate((state) => state.other)
  const [models, setModels] = useState<ModelRow[]>([])
  useEffect(() => {
    void call('models.list', {}).then((answer) => answer.ok && setModels(answer.value.models))
  }, [])
  const others = models.filter((model) => model.ok && !model.inUse)
  if (others.length === 0) return null
  return (
    <Menu
      className="chip"
      heading={s.evaluate.compareModel}
      items={[
        { id: 'none', label: s.evaluate.noOther, run: () => useEvaluate.setState({ other: undefined }) },
        ...others.map((model) => ({
          id: model.id,
          label: model.name,
          checked: model.id === other,
          run: () => useEvaluate.setState({ other: model.id }),
        })),
      ]}
      label={
        <>
          <span className="t3">{s.evaluate.compareModel}</span> {other ?? s.evaluate.noOther}
        </>
      }
    />
  )
}

export function Setup() {
  const { mode, gallery, textQueries, degrade, running, result, textResult } = useEvaluate()
  const done = mode === 'images' ? result : textResult
  return (
    <div className="row wrap eval-head">
      <h1>{s.evaluate.title}</h1>
      <Segment
        label={s.evaluate.by}
        value={mode}
        onChange={(value) => useEvaluate.setState({ mode: value, problem: undefined })}
        options={[
          ['images', s.evaluate.byImages],
          ['words', s.evaluate.byWords],
        ]}
      />
      <SetMenu what="gallery" heading={s.evaluate.gallery} none={s.evaluate.thisLibrary} />
      {mode === 'images' ? (
        <>
          <SetMenu
            what="queries"
            heading={s.evaluate.queries}
            none={gallery ? s.evaluate.thisLibrary : s.evaluate.eachLeftOut}
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
          <OtherModel />
        </>
      ) : (
        <SetMenu what="textQueries" heading={s.evaluate.wordQueries} />
      )}
      <span className="end row">
        <Export />
        <button
          type="button"
          className="btn primary"
          disabled={running || (mode === 'words' && textQueries === undefined)}
          title={mode === 'words' && textQueries === undefined ? s.evaluate.needsQueries : undefined}
          onClick={() => void runEvaluation()}
        >
          {done ? s.evaluate.again : s.evaluate.run}
        </button>
      </span>
    </div>
  )
}
