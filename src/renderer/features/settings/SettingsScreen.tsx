/** Settings: looks, keys, model and checks, privacy, about. */
import { Cpu, EyeOff, Info, Keyboard, Lock, Palette, ScrollText } from 'lucide-react'
import { setPref, usePrefs, type Size, type Theme } from '../../app/prefs.js'
import {
  SETTINGS_SECTIONS,
  goSettings,
  useSettingsSection,
  type SettingsSection,
} from '../../app/settingsSection.js'
import { s } from '../../strings/strings.js'
import { Segment, Toggle } from '../../ui/Controls.js'
import { AuditSection } from './AuditSection.js'
import { BlindSection } from './BlindSection.js'
import { LicenceTable } from './LicenceTable.js'
import { KeysSection } from './KeysSection.js'
import { Line } from './Line.js'
import { ModelSection } from './ModelSection.js'
import './settings.css'

const ICONS: Record<SettingsSection, typeof Cpu> = {
  appearance: Palette,
  keys: Keyboard,
  reading: EyeOff,
  model: Cpu,
  privacy: Lock,
  audit: ScrollText,
  about: Info,
}
const THEMES: readonly Theme[] = ['dark', 'light', 'contrast']
const SIZES: readonly Size[] = ['S', 'M', 'L', 'XL']

function Appearance() {
  const { theme, size } = usePrefs()
  return (
    <>
      <h2>{s.settings.theme}</h2>
      <div className="themes" role="radiogroup" aria-label={s.settings.theme}>
        {THEMES.map((id) => (
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={id === theme}
            className="theme"
            onClick={() => setPref('theme', id)}
          >
            <span className="swatch" data-theme={id} aria-hidden="true">
              <i />
              <b />
            </span>
            {s.settings.themes[id]}
          </button>
        ))}
      </div>
      <Line name={s.settings.textSize}>
        <Segment
          label={s.settings.textSize}
          value={size}
          onChange={(value) => setPref('size', value)}
          options={SIZES.map((id) => [id, s.settings.sizes[id], s.settings.sizeNames[id]] as const)}
        />
      </Line>
    </>
  )
}

function Privacy() {
  const hide = usePrefs((prefs) => prefs.hideIdentities)
  return (
    <>
      <h2>{s.settings.sections.privacy}</h2>
      <Line name={s.settings.hide} text={s.settings.hideText}>
        <Toggle label={s.settings.hide} on={hide} onChange={(on) => setPref('hideIdentities', on)} />
      </Line>
      <h3>{s.settings.policy}</h3>
      {s.settings.policyText.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </>
  )
}

function About() {
  return (
    <>
      <h2>{s.settings.intended}</h2>
      {s.settings.intendedText.map((text) => (
        <p key={text}>{text}</p>
      ))}
      <h2>{s.settings.licences}</h2>
      {s.settings.licencesText.map((text) => (
        <p key={text}>{text}</p>
      ))}
      <LicenceTable />
    </>
  )
}

const PAGES: Record<SettingsSection, () => React.ReactNode> = {
  appearance: () => <Appearance />,
  reading: () => <BlindSection />,
  keys: () => <KeysSection />,
  model: () => <ModelSection />,
  privacy: () => <Privacy />,
  audit: () => <AuditSection />,
  about: () => <About />,
}

export function SettingsScreen() {
  const { section } = useSettingsSection()
  return (
    <div className="settings">
      <aside className="panel" aria-label={s.settings.title}>
        <h1>{s.settings.title}</h1>
        {SETTINGS_SECTIONS.map((id) => {
          const Icon = ICONS[id]
          return (
            <button
              key={id}
              type="button"
              className="settings-link"
              aria-current={id === section ? 'true' : undefined}
              onClick={() => goSettings(id)}
            >
              <Icon aria-hidden="true" />
              {s.settings.sections[id]}
            </button>
          )
        })}
      </aside>
      <div className="settings-page">{PAGES[section]()}</div>
    </div>
  )
}
