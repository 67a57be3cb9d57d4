/** Words: images where the model was taught them, notes always; declining is a screen like any other. */
import type { NoteSearch } from '@shared/domain/notes.js'
import { EqualNot, Search, TextSearch } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useScroll } from '../../app/useScroll.js'
import { useSession } from '../../app/session.js'
import { ageSex } from '../../strings/format.js'
import { useModelKnows } from '../../app/useModelKnows.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { FindingPill } from '../../ui/Marks.js'
import { Message, ProblemMessage } from '../../ui/Message.js'
import { Picture } from '../../ui/Picture.js'
import { startSearch } from '../search/searchRun.js'
import { parts } from './snippet.js'
import { WordsExplain } from './WordsExplain.js'
import { moreNotes, runWords, useWords } from './wordsStore.js'
import './words.css'
import '../search/search.css'
import '../search/hits.css'

function NoteLine({ note }: { note: NoteSearch['hits'][number] }) {
  const synthetic = useSession((session) => session.library?.synthetic ?? false)
  const { imageId } = note
  return (
    <li className="card note-line">
      {imageId !== undefined && (
        <Picture
          className="note-pic"
          source={{ kind: 'image', imageId }}
          alt=""
          synthetic={synthetic}
          maxSide={256}
          small
        />
      )}
      <div className="col grow">
        <div className="row wrap">
          <b className="mono">{note.caseId}</b>
          <FindingPill findings={note.findings} />
          {note.negated && (
            <span className="badge">
              <EqualNot aria-hidden="true" />
              {s.words.negated}
            </span>
          )}
        </div>
        <p className="md" dir="auto">
          {parts(note.snippet).map((part, i) =>
            part.hit ? (
              <mark key={i} className={note.negated ? 'neg' : ''}>
                {part.text}
              </mark>
            ) : (
              <span key={i}>{part.text}</span>
            ),
          )}
        </p>
      </div>
      {imageId !== undefined && (
        <button type="button" className="btn" onClick={() => startSearch({ kind: 'image', imageId })}>
          {s.words.open}
          <span className="sr">{note.caseId}</span>
        </button>
      )}
    </li>
  )
}

function NotesFound({ notes }: { notes: NoteSearch }) {
  const shown = useWords((words) => words.shown)
  const no = notes.hits.filter((note) => note.negated).length
  const list = notes.hits.filter((note) =>
    shown === 'all' ? true : shown === 'no' ? note.negated : !note.negated,
  )
  return (
    <section className="col" aria-label={s.words.inNotes}>
      <div className="row wrap">
        <h2>{s.words.inNotes}</h2>
        <span className="t3">{s.words.total(notes.total)}</span>
        {notes.hits.length > 0 && (
          <span className="end">
            <Segment
              label={s.words.show}
              value={shown}
              onChange={(value) => useWords.setState({ shown: value })}
              options={[
                ['all', s.words.all(notes.hits.length)],
                ['yes', s.words.yes(notes.hits.length - no)],
                ['no', s.words.no(no)],
              ]}
            />
          </span>
        )}
      </div>
      {notes.rankedAmong !== undefined && <p className="t3">{s.words.rankedAmong(notes.rankedAmong)}</p>}
      {notes.total === 0 && (
        <p>
          {s.words.none}. {s.words.noneText}
        </p>
      )}
      <ul className="col">
        {list.map((note) => (
          <NoteLine key={note.noteId} note={note} />
        ))}
      </ul>
      {notes.hits.length < notes.total && (
        <button type="button" className="btn self" onClick={() => void moreNotes()}>
          {s.words.more}
        </button>
      )}
    </section>
  )
}

function Panel() {
  const { text, images } = useWords()
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const submit = () => typed.trim() !== '' && void runWords(typed.trim())
  return (
    <aside className="panel" aria-label={s.words.query}>
      <form
        className="col words-form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <h2>{s.words.query}</h2>
        <textarea
          className="input"
          rows={3}
          aria-label={s.words.box}
          placeholder={s.words.placeholder}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault()
              submit()
            }
          }}
        />
        <button type="submit" className="btn primary" disabled={typed.trim() === ''}>
          <Search aria-hidden="true" />
          {s.words.search}
        </button>
      </form>
      {images?.query.understoodAs && images.query.understoodAs.length > 0 && (
        <div className="sect col">
          <h3>{s.words.understoodAs}</h3>
          <div className="row wrap">
            {images.query.understoodAs.map((concept) => (
              <span className="chip on" key={concept}>
                {concept}
              </span>
            ))}
          </div>
        </div>
      )}
      {images && (
        <div className="sect col">
          <h3>{s.words.searched}</h3>
          <div className="row">
            <span className={`chip ${images.query.abstained ? 'off' : 'on'}`}>{s.words.image}</span>
            {images.query.abstained && <span className="t3 xs">{s.words.abstains}</span>}
            <span className="chip on">{s.words.notes}</span>
          </div>
        </div>
      )}
      <div className="sect col">
        <h3>{s.words.tested}</h3>
        <p className="xs">{s.words.testedText}</p>
      </div>
      <div className="sect col">
        <h3>{s.words.other}</h3>
        {s.words.wordings.map((wording) => (
          <button
            key={wording}
            type="button"
            className="btn ghost wording"
            onClick={() => void runWords(wording)}
          >
            {wording}
          </button>
        ))}
      </div>
    </aside>
  )
}

export function WordsScreen() {
  const { text, busy, images, notes, problem } = useWords()
  const scroll = useScroll('words')
  const knows = useModelKnows()
  const taught = useSession((session) => session.status?.model?.towers.includes('text') ?? false)
  return (
    <div className="work">
      <Panel />
      <div className="words-results" ref={scroll}>
        <p className="sr" role="status">
          {images && notes && !busy ? s.words.result(images.hits.length, notes.total) : ''}
        </p>
        {problem && <ProblemMessage problem={problem} />}
        {!images && !notes && !problem && !busy && (
          <div className="empty">
            <TextSearch aria-hidden="true" />
            <h2>{s.words.start}</h2>
            <p>{s.words.startText}</p>
          </div>
        )}
        {busy && <span className="spin" role="status" aria-label={s.search.searching} />}
        {!busy && images?.query.abstained && (
          <Message kind="info" head={taught ? s.words.abstainHead(text) : s.words.notTaughtHead}>
            {images.query.reason}{' '}
            {notes && (notes.total === 1 ? s.words.abstainOneNote : s.words.abstainNotes(notes.total))}
          </Message>
        )}
        {!busy && images && !images.query.abstained && (
          <section className="col" aria-label={s.words.matches(text)}>
            <div className="col words-head">
              <h2 className="lg">{s.words.matches(text)}</h2>
              <p>
                {s.words.shown(images.hits.length)} {s.words.notDiagnosis} {knows}
              </p>
            </div>
            {images.query.remarks && (
              <Message kind="info" head={s.search.remarks}>
                {images.query.remarks.join(' ')}
              </Message>
            )}
            <ul className="word-hits">
              {images.hits.map((hit) => (
                <li key={hit.imageId}>
                  <button
                    type="button"
                    className="hit word-hit"
                    aria-label={`${s.search.rank(hit.rank)}, ${hit.caseId}, ${s.search.useAsQuery}`}
                    onClick={() => startSearch({ kind: 'image', imageId: hit.imageId })}
                  >
                    <span className="ph">
                      <Picture
                        source={{ kind: 'image', imageId: hit.imageId }}
                        alt=""
                        synthetic={hit.synthetic}
                        maxSide={384}
                      />
                      <span className="rank">{hit.rank}</span>
                    </span>
                    <span className="b">
                      <FindingPill findings={hit.findings} />
                      <span className="m">
                        <span className="mono">{hit.caseId}</span>
                        <span>{ageSex(hit.study)}</span>
                      </span>
                    </span>
                  </button>
                  <WordsExplain text={text} hit={hit} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {!busy && notes && <NotesFound notes={notes} />}
      </div>
    </div>
  )
}
