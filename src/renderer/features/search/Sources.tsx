/** What is searched: the image or a region, and every other source as a chip with its weight and its share. */
import { Image, Plus, ScanSearch, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { s } from '../../strings/strings.js'
import { Slider } from '../../ui/Controls.js'
import { changeQuestion } from './question.js'
import type { Search } from './searchState.js'
import { useSearchUi } from './searchUi.js'
import {
  chipKey,
  declinedOf,
  inNotesInstead,
  shareOf,
  START_WEIGHT,
  termName,
  withNotes,
  type Chip,
} from './sources.js'

function nameOf(chip: Chip): string {
  if (chip.kind === 'notes') return s.refine.notes(chip.text)
  if (chip.kind === 'example')
    return chip.weight < 0 ? s.refine.unlike(chip.caseId) : s.refine.like(chip.caseId)
  return chip.weight < 0 ? s.refine.less(chip.text) : s.refine.more(chip.text)
}

function Share({ value }: { value: number | undefined }) {
  return <span className="source-share t3 xs">{value === undefined ? '' : s.refine.shareOf(value)}</span>
}

function ChipLine({ search, chip }: { search: Search; chip: Chip }) {
  const name = nameOf(chip)
  const [weight, setWeight] = useState(Math.abs(chip.weight))
  const chips = search.question.chips
  const replace = (change: Partial<Chip>) =>
    changeQuestion(search.id, {
      chips: chips.map((other) =>
        chipKey(other) === chipKey(chip) ? ({ ...other, ...change } as Chip) : other,
      ),
    })
  const apply = () => {
    if (weight !== Math.abs(chip.weight)) replace({ weight: Math.sign(chip.weight) * weight })
  }
  const declined = declinedOf(search.result?.fusion, chip)
  return (
    <li className="col source">
      <div className="row">
        <span className={`chip source-name ${chip.on ? 'on' : 'off'}`}>
          <button
            type="button"
            className="clip"
            aria-pressed={chip.on}
            title={chip.on ? s.refine.turnOff(name) : s.refine.turnOn(name)}
            onClick={() => replace({ on: !chip.on })}
          >
            {name}
          </button>
          <button
            type="button"
            aria-label={s.refine.remove(name)}
            onClick={() =>
              changeQuestion(search.id, {
                chips: chips.filter((other) => chipKey(other) !== chipKey(chip)),
              })
            }
          >
            <X aria-hidden="true" />
          </button>
        </span>
        <Share value={chip.on ? shareOf(search.result?.fusion, termName(chip)) : undefined} />
      </div>
      {chip.on && (
        <span onPointerUp={apply} onKeyUp={apply} onBlur={apply}>
          <Slider
            label={s.refine.weight(name)}
            min={0.05}
            max={2}
            step={0.05}
            value={weight}
            onChange={setWeight}
          />
        </span>
      )}
      {chip.on && chip.kind === 'example' && chip.weight < 0 && (
        <p className="xs t3">{s.refine.unlikeText(chip.caseId)}</p>
      )}
      {declined !== undefined && <Declined search={search} chip={chip} reason={declined} />}
    </li>
  )
}

/** Why a source is left out, and what can be done with its words instead. */
function Declined({ search, chip, reason }: { search: Search; chip: Chip; reason: string }) {
  const { chips } = search.question
  const instead = inNotesInstead(chips, chip)
  const given = chips.find(({ kind }) => kind === 'notes')
  const shown = useRef<HTMLDivElement>(null)
  // The panel may be longer than the window. Braces: newer Chromium returns a promise, which is no clean-up.
  useEffect(() => {
    void shown.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div className="col" ref={shown}>
      <p className="xs" role="status">
        {s.refine.declined(chip.kind === 'example' ? chip.caseId : chip.text, reason)}
      </p>
      {instead && (
        <button
          type="button"
          className="btn self"
          title={given && s.refine.notesInsteadOf(nameOf(given))}
          onClick={() => changeQuestion(search.id, { chips: instead })}
        >
          {s.refine.notesInstead}
        </button>
      )}
    </div>
  )
}

function AddWords({ search, onDone }: { search: Search; onDone: () => void }) {
  const [text, setText] = useState('')
  const words = text.trim()
  const add = (chip: Chip) => {
    const kept = search.question.chips.filter((other) => chipKey(other) !== chipKey(chip))
    changeQuestion(search.id, { chips: chip.kind === 'notes' ? withNotes(kept, chip.text) : [...kept, chip] })
    onDone()
  }
  const concept = (weight: number): Chip => ({ kind: 'concept', text: words, weight, on: true })
  return (
    <form
      className="col source-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (words !== '') add(concept(START_WEIGHT.concept))
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      <input
        className="input"
        autoFocus
        aria-label={s.refine.words}
        placeholder={s.refine.placeholder}
        maxLength={300}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="row wrap">
        <button type="submit" className="btn" disabled={words === ''}>
          {s.refine.moreInImage}
        </button>
        <button
          type="button"
          className="btn"
          disabled={words === ''}
          onClick={() => add(concept(-START_WEIGHT.concept))}
        >
          {s.refine.lessInImage}
        </button>
        <button
          type="button"
          className="btn"
          disabled={words === ''}
          onClick={() => add({ kind: 'notes', text: words, weight: START_WEIGHT.notes, on: true })}
        >
          {s.refine.inNotes}
        </button>
      </div>
    </form>
  )
}

export function Sources({ search }: { search: Search }) {
  const { region, invert, image, chips } = search.question
  const [adding, setAdding] = useState(false)
  const name = region ? s.refine.region : s.refine.wholeImage
  const refined = search.result?.fusion
  return (
    <div className="sect col">
      <div className="row">
        <h3>{s.search.whatIsSearched}</h3>
        {refined && (
          <span className="end t3 xs" title={s.refine.shareHelp}>
            {s.refine.share}
          </span>
        )}
      </div>
      <ul className="col sources">
        <li className="row source">
          <span className={`chip source-name ${image ? 'on' : 'off'}`}>
            <button
              type="button"
              className="row tight"
              aria-pressed={image}
              title={image ? s.refine.turnOff(name) : s.refine.turnOn(name)}
              onClick={() => changeQuestion(search.id, { image: !image })}
            >
              {region ? <ScanSearch aria-hidden="true" /> : <Image aria-hidden="true" />}
              {name}
            </button>
            {region && (
              <button
                type="button"
                aria-label={s.search.clearRegion}
                onClick={() => changeQuestion(search.id, { region: undefined })}
              >
                <X aria-hidden="true" />
              </button>
            )}
          </span>
          <Share value={image && refined ? shareOf(refined, 'image') : undefined} />
        </li>
        {chips.map((chip) => (
          <ChipLine key={`${chipKey(chip)} ${chip.weight}`} search={search} chip={chip} />
        ))}
      </ul>
      {!image && !chips.some((chip) => chip.on) && <p className="xs">{s.refine.nothing}</p>}
      <div className="row wrap">
        {invert && (
          <span className="chip on">
            {s.search.inverted}
            <button
              type="button"
              aria-label={s.search.notInverted}
              onClick={() => changeQuestion(search.id, { invert: false })}
            >
              <X aria-hidden="true" />
            </button>
          </span>
        )}
        {!adding && (
          <button type="button" className="chip add" id="add-words" onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" />
            {s.refine.addWords}
          </button>
        )}
        {!region && (
          <button type="button" className="chip add" onClick={() => useSearchUi.setState({ drawing: true })}>
            <Plus aria-hidden="true" />
            {s.search.addRegion}
          </button>
        )}
      </div>
      {adding && <AddWords search={search} onDone={() => setAdding(false)} />}
      <p className="xs t3">{s.refine.likeHint}</p>
    </div>
  )
}
