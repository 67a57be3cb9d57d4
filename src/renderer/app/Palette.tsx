/** Ctrl K: words search images and notes, `>` commands only, `#` a case number. */
import type { CaseRow } from '@shared/domain/library.js'
import { FileImage, Search, StickyNote, SquareTerminal } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'
import { startSearch } from '../features/search/searchRun.js'
import { useOpenReading } from '../features/search/searchState.js'
import { searchWords } from '../features/words/wordsStore.js'
import { call } from '../host/client.js'
import { s } from '../strings/strings.js'
import { useFocusTrap } from '../ui/Dialog.js'
import { findingsText } from '../ui/Marks.js'
import { commands, whyNot } from './commands.js'
import { closeOverlay } from './overlays.js'
import { useSession } from './session.js'

type Line = {
  id: string
  group: string
  icon: ReactNode
  text: string
  hint?: string
  key?: string
  disabled?: boolean
  run: () => void
}

/** Commands that fit all words typed. */
function commandLines(typed: string): Line[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return commands()
    .filter((command) =>
      words.every((word) => `${command.group} ${command.title}`.toLowerCase().includes(word)),
    )
    .filter((command) => command.id !== 'open.palette')
    .map((command) => {
      const why = whyNot(command)
      return {
        id: command.id,
        group: s.shell.palette.commands,
        icon: <SquareTerminal aria-hidden="true" />,
        text: command.title,
        ...(why === undefined ? {} : { hint: why, disabled: true }),
        ...(command.keys?.[0] === undefined ? {} : { key: command.keys[0] }),
        run: command.run,
      }
    })
}

/** Counts notes and finds cases while typing; late answers of an earlier text are dropped. */
function useLookUp(typed: string) {
  const [found, setFound] = useState<{ notes?: number; cases: CaseRow[] }>({ cases: [] })
  const hasLibrary = useSession((session) => session.library !== undefined)
  useEffect(() => {
    const words = typed.replace(/^[#>]\s*/, '').trim()
    if (words === '' || typed.startsWith('>') || !hasLibrary) {
      setFound({ cases: [] })
      return
    }
    const controller = new AbortController()
    const look = async () => {
      const [notes, cases] = await Promise.all([
        typed.startsWith('#')
          ? undefined
          : call('search.notes', { text: words, k: 1 }, { signal: controller.signal }),
        typed.startsWith('#') || /\d/.test(words)
          ? call('cases.list', { offset: 0, limit: 6, words }, { signal: controller.signal })
          : undefined,
      ])
      if (controller.signal.aborted) return
      setFound({
        ...(notes?.ok ? { notes: notes.value.total } : {}),
        cases: cases?.ok ? cases.value.rows : [],
      })
    }
    const timer = window.setTimeout(() => void look(), 120)
    return () => {
      window.clearTimeout(timer)
      controller.abort()
    }
  }, [typed, hasLibrary])
  return found
}

export function Palette() {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  useFocusTrap(box, closeOverlay)
  const found = useLookUp(typed)
  const blind = useOpenReading() !== undefined
  const lines = useMemo<Line[]>(() => {
    const words = typed.trim()
    const cases: Line[] = found.cases.map((row) => ({
      id: row.caseId,
      group: s.shell.palette.cases,
      icon: <FileImage aria-hidden="true" />,
      text: s.shell.palette.goToCase(row.number),
      ...(blind ? {} : { hint: findingsText(row.findings) }),
      run: () => startSearch({ kind: 'image', imageId: row.imageId }),
    }))
    if (words.startsWith('#')) return cases
    if (words.startsWith('>')) return commandLines(words.slice(1))
    const group = s.shell.palette.searchGroup
    const search: Line[] =
      words === ''
        ? []
        : [
            {
              id: 'images',
              group,
              icon: <Search aria-hidden="true" />,
              text: s.shell.palette.imagesLike(words),
              key: 'Enter',
              run: () => searchWords(words),
            },
            {
              id: 'notes',
              group,
              icon: <StickyNote aria-hidden="true" />,
              text: s.shell.palette.notesWith(words),
              ...(found.notes === undefined ? {} : { hint: s.shell.palette.notesFound(found.notes) }),
              run: () => searchWords(words),
            },
          ]
    const named = commandLines(words)
    // A command called by its name comes before a search for that word.
    const called = named.some(({ text }) => text.toLowerCase() === words.toLowerCase())
    return called ? [...named, ...search, ...cases] : [...search, ...cases, ...named]
  }, [typed, found, blind])
  const chosen = Math.min(at, lines.length - 1)
  const run = (line: Line | undefined) => {
    if (!line || line.disabled) return
    closeOverlay()
    line.run()
  }
  const onKey = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && lines.length > 0) {
      event.preventDefault()
      const next = (chosen + step + lines.length) % lines.length
      setAt(next)
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(lines[chosen])
    }
  }
  return (
    <div className="scrim" onMouseDown={(event) => event.target === event.currentTarget && closeOverlay()}>
      <div className="palette" ref={box} role="dialog" aria-modal="true" aria-label={s.shell.palette.label}>
        <div className="palette-input">
          <Search className="l" aria-hidden="true" />
          <input
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={lines.length > 0 ? `${id}-${chosen}` : undefined}
            aria-label={s.shell.palette.label}
            placeholder={s.shell.palette.placeholder}
            value={typed}
            data-autofocus
            onChange={(event) => {
              setTyped(event.target.value)
              setAt(0)
            }}
            onKeyDown={onKey}
          />
          <kbd>Esc</kbd>
        </div>
        <div className="palette-list" role="listbox" id={id} aria-label={s.shell.palette.label}>
          {lines.length === 0 && <p className="empty">{s.shell.palette.none}</p>}
          {lines.map((line, i) => (
            <PaletteLine
              key={line.id}
              line={line}
              domId={`${id}-${i}`}
              chosen={i === chosen}
              heading={lines[i - 1]?.group === line.group ? undefined : line.group}
              onRun={() => run(line)}
            />
          ))}
        </div>
        <div className="palette-foot" aria-hidden="true">
          <span className="row">
            <kbd>↑</kbd>
            <kbd>↓</kbd>
            {s.shell.palette.move}
          </span>
          <span className="row">
            <kbd>Enter</kbd>
            {s.shell.palette.run}
          </span>
          <span className="row">
            <kbd>&gt;</kbd>
            {s.shell.palette.onlyCommands}
          </span>
          <span className="row">
            <kbd>#</kbd>
            {s.shell.palette.caseNumber}
          </span>
        </div>
      </div>
    </div>
  )
}

function PaletteLine({
  line,
  domId,
  chosen,
  heading,
  onRun,
}: {
  line: Line
  domId: string
  chosen: boolean
  heading: string | undefined
  onRun: () => void
}) {
  return (
    <>
      {heading !== undefined && <h3 role="presentation">{heading}</h3>}
      <div
        role="option"
        id={domId}
        aria-selected={chosen}
        aria-disabled={line.disabled === true}
        onClick={onRun}
      >
        {line.icon}
        <span className="clip">{line.text}</span>
        <span className="end row">
          {line.hint !== undefined && <span className="t3 xs">{line.hint}</span>}
          {line.key !== undefined && <kbd>{line.key}</kbd>}
        </span>
      </div>
    </>
  )
}
