/** Palette, shortcuts, drop target and toasts: what may lie over any screen. */
import { Download } from 'lucide-react'
import { HealthDialog } from '../features/library/HealthDialog.js'
import { MnistDialog } from '../features/welcome/MnistDialog.js'
import { s } from '../strings/strings.js'
import { Dialog } from '../ui/Dialog.js'
import { Key, keyName } from '../ui/Key.js'
import { commands } from './commands.js'
import { useDrag } from './intake.js'
import { closeOverlay, useOverlay } from './overlays.js'
import { Palette } from './Palette.js'
import { usePrefs, type Mouse } from './prefs.js'
import { dismissToast, undoToast, useToasts } from './toasts.js'

function mouseLines(mouse: Mouse): [how: string, what: string][] {
  const { buttons, drags, wheel, wheels } = s.settings
  return [
    ...(['left', 'middle', 'right'] as const).map((button): [string, string] => [
      buttons[button],
      drags[mouse[button]],
    ]),
    [wheel, wheels[mouse.wheel]],
    ...s.shell.mouse,
  ]
}

function Keys() {
  const mouse = usePrefs((prefs) => prefs.mouse)
  const withKeys = commands().filter((command) => (command.keys ?? []).length > 0)
  const groups = [...new Set(withKeys.map((command) => command.group))]
  return (
    <Dialog title={s.shell.keysTitle} wide onClose={closeOverlay}>
      <p>{s.shell.keysNote}</p>
      <div className="keys-grid">
        <section>
          <h3>{s.shell.mouseGroup}</h3>
          <ul>
            {mouseLines(mouse).map(([how, what]) => (
              <li key={how}>
                {what}
                <span className="end t2">{how}</span>
              </li>
            ))}
          </ul>
        </section>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {withKeys
                .filter((command) => command.group === group)
                .map((command) => (
                  <li key={command.id}>
                    {command.title}
                    <span className="end row">
                      {command.keys?.map((key) => (
                        <kbd key={key}>{keyName(key)}</kbd>
                      ))}
                    </span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function DropTarget() {
  const { over, adding } = useDrag()
  if (!over) return null
  return (
    <div className="droptarget">
      <div className="col">
        <Download className="l" aria-hidden="true" />
        <h2 className="lg">{adding ? s.shell.dropAddTitle : s.shell.dropTitle}</h2>
        <p>{adding ? s.shell.dropAdd : s.shell.dropShift}</p>
      </div>
    </div>
  )
}

function Toasts() {
  const toasts = useToasts((state) => state.toasts)
  return (
    <div className="toasts" role="status">
      {toasts.map((entry) => (
        <div className="toast" key={entry.id}>
          <span>{entry.text}</span>
          {entry.undo && (
            <button type="button" className="btn" onClick={() => undoToast(entry)}>
              {s.shell.undo}
              <Key keys="Ctrl Z" />
            </button>
          )}
          <button type="button" className="btn ghost" onClick={() => dismissToast(entry.id)}>
            {s.shell.close}
          </button>
        </div>
      ))}
    </div>
  )
}

export function Overlays() {
  const open = useOverlay((state) => state.open)
  return (
    <>
      {open === 'palette' && <Palette />}
      {open === 'keys' && <Keys />}
      {open === 'health' && <HealthDialog />}
      {open === 'mnist' && <MnistDialog />}
      <DropTarget />
      <Toasts />
    </>
  )
}
