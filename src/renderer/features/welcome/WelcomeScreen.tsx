/** The first screen: one drop area, three libraries to start from, three clicks to a first result. */
import { Cpu, Download, Folder, Image, Info, Keyboard, Lock, Sparkle } from 'lucide-react'
import type { ReactNode } from 'react'
import { addFolder, openFiles, openFolder, useDrag } from '../../app/intake.js'
import { openOverlay } from '../../app/overlays.js'
import { openDemo, useSession } from '../../app/session.js'
import { providerName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Key } from '../../ui/Key.js'
import { ProblemMessage } from '../../ui/Message.js'
import { trySample } from '../search/followSearches.js'
import { OpeningProgress } from './OpeningProgress.js'
import { SamplePhantom } from './SamplePhantom.js'
import './welcome.css'

function Start({
  icon,
  name,
  text,
  foot,
  children,
}: {
  icon: ReactNode
  name: string
  text: string
  foot: string
  children: ReactNode
}) {
  return (
    <article className="card start">
      <div className="row">
        {icon}
        <h2>{name}</h2>
      </div>
      <p className="grow">{text}</p>
      <div className="row wrap">
        {children}
        <span className="end xs t3">{foot}</span>
      </div>
    </article>
  )
}

export function WelcomeScreen() {
  const { library, status, problem, opening, heard } = useSession()
  const reading = useDrag((drag) => drag.reading)
  const model = status?.provider
  const filled = library !== undefined && library.cases > 0
  return (
    <div className="welcome">
      <div className="welcome-in">
        <div className="col">
          <h1>{s.welcome.title}</h1>
          <p className="lead">{s.welcome.lead}</p>
        </div>
        {problem && problem.code !== 'LIBRARY_NONE' && <ProblemMessage problem={problem} />}
        <OpeningProgress />
        <section className="drop" aria-label={s.welcome.dropLabel}>
          <SamplePhantom />
          <div className="col grow">
            <h2 className="drop-head">{s.welcome.drop}</h2>
            <p className="md">
              {s.welcome.formats} <kbd>Ctrl V</kbd>
            </p>
            <div className="row wrap drop-acts">
              <button type="button" className="btn lg primary" onClick={() => void openFiles()}>
                {reading ? <span className="spin" aria-hidden="true" /> : <Folder aria-hidden="true" />}
                {reading ? s.messages.dropReading : s.welcome.openFiles}
                <Key keys="Ctrl O" />
              </button>
              <button type="button" className="btn lg" onClick={() => void openFolder()}>
                {s.welcome.openFolder}
              </button>
              <button
                type="button"
                className="btn lg"
                disabled={opening}
                onClick={() => void trySample(openDemo)}
              >
                <Image aria-hidden="true" />
                {s.welcome.trySample}
              </button>
            </div>
          </div>
        </section>
        <div className="col starts-block">
          <div className="row">
            <h2>{filled ? s.welcome.searchingIn(library.name, library.cases) : s.welcome.whereTo}</h2>
            <span className="t3">{filled ? s.welcome.orElse : s.welcome.later}</span>
          </div>
          <div className="starts">
            <Start
              icon={<Sparkle className="l" aria-hidden="true" />}
              name={s.welcome.demo}
              text={s.welcome.demoText}
              foot={library?.synthetic ? s.welcome.demoOpen : s.welcome.demoReady}
            >
              <button
                type="button"
                className="btn primary"
                disabled={opening}
                onClick={() => void openDemo()}
              >
                {opening && <span className="spin" aria-hidden="true" />}
                {opening ? s.shell.busyLibrary : s.welcome.useDemo}
              </button>
            </Start>
            <Start
              icon={<Download className="l" aria-hidden="true" />}
              name={s.welcome.mnist}
              text={s.welcome.mnistText}
              foot={s.welcome.mnistSize}
            >
              <button type="button" className="btn" onClick={() => openOverlay('mnist')}>
                {s.welcome.download}
              </button>
            </Start>
            <Start
              icon={<Folder className="l" aria-hidden="true" />}
              name={s.welcome.own}
              text={s.welcome.ownText}
              foot={s.welcome.noLimit}
            >
              <button type="button" className="btn" onClick={() => void addFolder()}>
                {s.welcome.chooseFolder}
              </button>
            </Start>
          </div>
        </div>
        <div className="row wrap t3 xs welcome-foot">
          <span className="row">
            <Lock aria-hidden="true" />
            {s.welcome.offline}
          </span>
          <span className="row">
            <Cpu aria-hidden="true" />
            {!heard
              ? s.shell.starting
              : model
                ? s.welcome.modelReady(providerName(model.name))
                : s.welcome.modelMissing}
          </span>
          <span className="row">
            <Keyboard aria-hidden="true" />
            <kbd>?</kbd>
            {s.welcome.showsShortcuts}
          </span>
          <span className="row end">
            <Info aria-hidden="true" />
            {s.welcome.teaching}
          </span>
        </div>
      </div>
    </div>
  )
}
