/** Mouse and keys: what each button drags, and the key of every command, with clashes said before they happen. */
import { useEffect, useState } from 'react'
import type { Command } from '../../app/command.js'
import { allCommands, commands } from '../../app/commands.js'
import { bindKey, clearKey, holderOf, isModifier, isReserved, resetKey } from '../../app/keymap.js'
import { nameOf } from '../../app/keys.js'
import { openOverlay } from '../../app/overlays.js'
import { DEFAULT_MOUSE, setPref, usePrefs, type Drag, type Mouse } from '../../app/prefs.js'
import { toast } from '../../app/toasts.js'
import { s } from '../../strings/strings.js'
import { Toggle } from '../../ui/Controls.js'
import { keyName } from '../../ui/Key.js'
import { Line } from './Line.js'

const BUTTONS = ['left', 'middle', 'right'] as const
const DRAGS: readonly Drag[] = ['tool', 'window', 'pan', 'zoom']

function MouseButtons() {
  const mouse = usePrefs((prefs) => prefs.mouse)
  return (
    <>
      <h3>{s.settings.mouse}</h3>
      {BUTTONS.map((button) => (
        <Line key={button} name={s.settings.buttons[button]}>
          <select
            className="input"
            aria-label={s.settings.buttons[button]}
            value={mouse[button]}
            onChange={(event) => setPref('mouse', { ...mouse, [button]: event.target.value as Drag })}
          >
            {DRAGS.map((drag) => (
              <option key={drag} value={drag}>
                {s.settings.drags[drag]}
              </option>
            ))}
          </select>
        </Line>
      ))}
      <Line name={s.settings.wheel} text={s.settings.wheelText}>
        <select
          className="input"
          aria-label={s.settings.wheel}
          value={mouse.wheel}
          onChange={(event) => setPref('mouse', { ...mouse, wheel: event.target.value as Mouse['wheel'] })}
        >
          <option value="frames">{s.settings.wheels.frames}</option>
          <option value="zoom">{s.settings.wheels.zoom}</option>
        </select>
      </Line>
    </>
  )
}

/** Waits for one key, says what has it already, and asks before taking it. */
function Capture({ command, onDone }: { command: Command; onDone: () => void }) {
  const [name, setName] = useState<string>()
  const refused = name !== undefined && isReserved(name)
  const holder = name !== undefined && !refused ? holderOf(name, command) : undefined
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Tab' || isModifier(event.key)) return
      // Enter and Space belong to the buttons once a key is chosen.
      if (name !== undefined && (event.key === 'Enter' || event.key === ' ')) return
      event.preventDefault()
      event.stopPropagation()
      if (event.key === 'Escape') return onDone()
      setName(nameOf(event))
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [name, onDone])
  const assign = () => {
    if (name === undefined) return
    bindKey(command, name)
    onDone()
  }
  return (
    <div className="capture" role="group" aria-label={s.settings.newKey(command.title)}>
      <span role="status" className="grow">
        {name === undefined
          ? s.settings.press
          : refused
            ? s.settings.reserved(keyName(name))
            : holder
              ? s.settings.clash(keyName(name), holder.title)
              : s.settings.free(keyName(name))}
      </span>
      {name !== undefined && !refused && (
        <button type="button" className="btn primary" onClick={assign}>
          {holder ? s.settings.take : s.settings.assign}
        </button>
      )}
      <button type="button" className="btn ghost" onClick={onDone}>
        {s.settings.cancelKey}
      </button>
    </div>
  )
}

/** A small button of a command's line; `name` says to a screen reader which command it is of. */
function Small({ name, text, run }: { name: string; text: string; run: () => void }) {
  return (
    <button type="button" className="btn ghost" aria-label={name} onClick={run}>
      {text}
    </button>
  )
}

function Binding({ command }: { command: Command }) {
  const changed = usePrefs((prefs) => prefs.keys[command.id] !== undefined)
  const [capturing, setCapturing] = useState(false)
  return (
    <li className="binding">
      <span className="grow">{command.title}</span>
      <span className="row">
        {(command.keys ?? []).map((key) => (
          <kbd key={key}>{keyName(key)}</kbd>
        ))}
        {(command.keys ?? []).length === 0 && <span className="t2">{s.settings.noKey}</span>}
      </span>
      {capturing ? (
        <Capture command={command} onDone={() => setCapturing(false)} />
      ) : (
        <span className="row">
          <Small
            name={s.settings.changeOf(command.title)}
            text={s.settings.change}
            run={() => setCapturing(true)}
          />
          {(command.keys ?? []).length > 0 && (
            <Small
              name={s.settings.removeOf(command.title)}
              text={s.settings.remove}
              run={() => clearKey(command)}
            />
          )}
          {changed && (
            <Small
              name={s.settings.resetOf(command.title)}
              text={s.settings.reset}
              run={() => resetKey(command)}
            />
          )}
        </span>
      )}
    </li>
  )
}

function resetAll(): void {
  const { keys, mouse } = usePrefs.getState()
  setPref('keys', {})
  setPref('mouse', DEFAULT_MOUSE)
  toast(s.settings.resetDone, () => {
    setPref('keys', keys)
    setPref('mouse', mouse)
  })
}

export function KeysSection() {
  const letters = usePrefs((prefs) => prefs.letters)
  const own = usePrefs((prefs) => prefs.keys)
  const mouse = usePrefs((prefs) => prefs.mouse)
  const [words, setWords] = useState('')
  const all = commands()
  const wanted = words.trim().toLowerCase()
  const shown = all.filter(
    ({ title, keys }) =>
      wanted === '' ||
      title.toLowerCase().includes(wanted) ||
      (keys ?? []).some((key) => keyName(key).toLowerCase() === wanted),
  )
  const groups = [...new Set(shown.map(({ group }) => group))]
  const changed = Object.keys(own).length > 0 || JSON.stringify(mouse) !== JSON.stringify(DEFAULT_MOUSE)
  return (
    <>
      <h2>{s.settings.sections.keys}</h2>
      <Line name={s.settings.profile} text={changed ? s.settings.profileOwn : s.settings.profileName}>
        {changed && (
          <button type="button" className="btn" onClick={resetAll}>
            {s.settings.resetAll}
          </button>
        )}
        <button type="button" className="btn" onClick={() => openOverlay('keys')}>
          {s.shell.shortcuts} <kbd>?</kbd>
        </button>
      </Line>
      <Line name={s.settings.letters} text={s.settings.lettersText}>
        <Toggle label={s.settings.letters} on={letters} onChange={(on) => setPref('letters', on)} />
      </Line>
      <MouseButtons />
      <h3>{s.settings.keyboard}</h3>
      <input
        type="search"
        className="input"
        placeholder={s.settings.findCommand}
        aria-label={s.settings.findCommand}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {groups.length === 0 && <p>{s.settings.noCommand}</p>}
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h4>{group}</h4>
          <ul className="bindings">
            {shown
              .filter((command) => command.group === group)
              .map((command) => (
                <Binding key={command.id} command={command} />
              ))}
          </ul>
        </section>
      ))}
      <p className="xs">{s.settings.keysOf(allCommands().length)}</p>
    </>
  )
}
