import type { OpenedImage } from '@shared/domain/images.js'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { usePrefs } from '../../app/prefs.js'
import { s } from '../../strings/strings.js'
import { ManyImages } from './ManyImages.js'
import { chooseImage } from './searchRun.js'
import { imagesOf, isHeldBack, type Search } from './searchState.js'
import { patientsOf, studyLine, Thumb } from './Thumb.js'

/** Up to so many images all stand in the panel; more are folded, and only those in sight are in the document. */
const SHOWN_AT_ONCE = 24

function Steps({ search, images }: { search: Search; images: readonly OpenedImage[] }) {
  const at = images.findIndex((image) => image.queryId === search.queryId)
  const step = (by: number) => {
    const next = images[at + by]
    if (next) chooseImage(search.id, next.queryId)
  }
  return (
    <div className="row">
      <button
        type="button"
        className="btn icon"
        aria-label={s.search.previousImage}
        title={s.search.previousImage}
        disabled={at <= 0}
        onClick={() => step(-1)}
      >
        <ChevronLeft aria-hidden="true" />
      </button>
      <span className="xs">{s.search.imageOf(at + 1, images.length)}</span>
      <button
        type="button"
        className="btn icon"
        aria-label={s.search.nextImage}
        title={s.search.nextImage}
        disabled={at >= images.length - 1}
        onClick={() => step(1)}
      >
        <ChevronRight aria-hidden="true" />
      </button>
    </div>
  )
}

/** All images of what was dropped, by patient, study and series; a press searches another one. */
export function SeriesList({ search }: { search: Search }) {
  const images = imagesOf(search.opened)
  const hide = usePrefs((prefs) => prefs.hideIdentities)
  const [all, setAll] = useState(false)
  if (images.length < 2) return null
  const studies = search.opened?.studies ?? []
  const patients = patientsOf(studies)
  if (images.length > SHOWN_AT_ONCE)
    return (
      <div className="sect col">
        <h3>{s.search.series}</h3>
        <div className="row wrap">
          <Steps search={search} images={images} />
          <button type="button" className="btn end" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? s.search.foldImages : s.search.showImages(images.length)}
          </button>
        </div>
        {all && <ManyImages search={search} studies={studies} hide={hide} of={images.length} />}
      </div>
    )
  return (
    <div className="sect col">
      <h3>{s.search.series}</h3>
      {studies.map((study) => (
        <div key={study.studyKey} className="col">
          {studies.length > 1 && (
            <span className="xs t3">{studyLine(study, patients, hide, isHeldBack(search))}</span>
          )}
          <ul className="series">
            {study.series.flatMap((series) =>
              series.images.map((image) => (
                <li key={image.queryId}>
                  <Thumb
                    search={search}
                    image={image}
                    place={images.indexOf(image)}
                    of={images.length}
                    description={series.description}
                  />
                </li>
              )),
            )}
          </ul>
        </div>
      ))}
    </div>
  )
}
