/** In the place of a screen that shows findings, while a blind reading waits for its impression. */
import { EyeOff } from 'lucide-react'
import { go } from '../../app/nav.js'
import { s } from '../../strings/strings.js'
import { ImportCard } from '../library/ImportCard.js'
import { useImport } from '../library/importStore.js'
import { skipImpression } from './searchRun.js'

export function HeldBack({ searchId }: { searchId: string }) {
  const importing = useImport((state) => state.running)
  return (
    <div className="held-back">
      {importing && <ImportCard />}
      <div className="empty" role="status">
        <EyeOff aria-hidden="true" />
        <h2>{s.blind.openHead}</h2>
        <p>{s.blind.openText}</p>
        <div className="row wrap">
          <button type="button" className="btn primary" onClick={() => go('search', searchId)}>
            {s.blind.toReading}
          </button>
          <button type="button" className="btn" onClick={() => skipImpression(searchId)}>
            {s.blind.skip}
          </button>
        </div>
      </div>
    </div>
  )
}
