import { ChevronDown, Folder, Keyboard, Search } from 'lucide-react'
import { Key } from '../ui/Key.js'
import { Menu, type MenuItem } from '../ui/Menu.js'
import { s } from '../strings/strings.js'
import { count } from '../strings/format.js'
import { openOverlay } from './overlays.js'
import { openDemo, openLibrary, useSession } from './session.js'
import { openLibraryFolder, whyNoLibraryFolder } from './libraryFolder.js'

function Logo() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M10 2v6.5M10 8.5C10 12 5 11.5 3.5 17M10 8.5C10 12 15 11.5 16.5 17M6.4 12.3C7.3 14 7.3 15.5 7 17.5M13.6 12.3C12.7 14 12.7 15.5 13 17.5" />
    </svg>
  )
}

function LibrarySwitcher() {
  const { library, recent, opening } = useSession()
  const why = whyNoLibraryFolder()
  const items: MenuItem[] = [
    ...recent.map((entry) => ({
      id: entry.path,
      label: entry.name,
      checked: entry.path === library?.path,
      hint: count(entry.cases),
      run: () => void openLibrary(entry.path),
    })),
    { id: 'demo', label: s.shell.openDemo, run: () => void openDemo() },
    {
      id: 'folder',
      label: s.shell.openFolder,
      ...(why === undefined ? {} : { disabled: true, hint: s.shell.desktop }),
      run: () => void openLibraryFolder(),
    },
  ]
  return (
    <Menu
      className="btn ghost"
      name={`${s.shell.switchLibrary}: ${library?.name ?? s.shell.noLibrary}`}
      heading={s.shell.recent}
      items={items}
      label={
        <>
          {opening ? <span className="spin" aria-hidden="true" /> : <Folder aria-hidden="true" />}
          <span className="clip">{opening ? s.shell.busyLibrary : (library?.name ?? s.shell.noLibrary)}</span>
          <ChevronDown aria-hidden="true" />
        </>
      }
    />
  )
}

export function TitleBar() {
  return (
    <header className="titlebar">
      <div className="row">
        <span className="brand">
          <Logo />
          <span>{s.shell.product}</span>
        </span>
        <span className="sep" />
        <LibrarySwitcher />
      </div>
      <button type="button" className="omni" onClick={() => openOverlay('palette')}>
        <Search aria-hidden="true" />
        <span className="grow clip">{s.shell.omni}</span>
        <Key keys="Ctrl K" />
      </button>
      <div className="row end">
        <button
          type="button"
          className="btn ghost icon"
          aria-label={s.shell.shortcuts}
          title={s.shell.shortcuts}
          onClick={() => openOverlay('keys')}
        >
          <Keyboard aria-hidden="true" />
        </button>
      </div>
    </header>
  )
}
