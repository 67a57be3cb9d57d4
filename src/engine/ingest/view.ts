/** Which projection an image shows, and what speaks against searching with it. */
import type { StudyFacts } from '@shared/domain/images.js'
import type { Decoded, DisplayImage } from '../ports/decoding.js'
import type { OpenImage } from '../imaging/samples.js'
import { looksFrontal } from './frontal.js'

const RADIOGRAPHY = /^(CR|DX|RG)$/
const CHEST = /CHEST|THORAX|THORACIC|LUNG|TORAX|THX|PULM/i

/** Of a view: `seen` where no tag says it but the picture does, `coloured` where by its colour. */
type Found = { view: Decoded['view']; seen?: true; coloured?: true }

/**
 * Tags first; without them the picture itself. Non-chest and other modalities are 'other', and so is what is truly in colour.
 * @param coloured as `inColour` finds it; asked only where no tag decides
 */
export function viewOf(
  image: OpenImage,
  display: DisplayImage | undefined,
  coloured: () => boolean = () => false,
): Found {
  const { study } = image
  if (study.modality !== undefined && !RADIOGRAPHY.test(study.modality) && !/^(OT|SC)$/.test(study.modality))
    return { view: 'other' }
  const part = study.bodyPart
  if (part !== undefined && !CHEST.test(part)) return { view: 'other' }
  const words = `${study.viewPosition ?? ''} ${study.viewPosition ? '' : `${image.seriesDescription ?? ''} ${study.studyDescription ?? ''}`}`
  if (/\b(LL|RL|LAT|LATERAL|LLD|RLD|RLAT|LLAT)\b/i.test(words)) return { view: 'lateral' }
  if (/\b(AP|PA|FRONTAL|P\.?A\.?|A\.?P\.?)\b/i.test(words)) return { view: 'frontal' }
  if (coloured()) return { view: 'other', seen: true, coloured: true }
  if (image.frames > 1) return { view: image.medical ? 'other' : 'unknown' }
  return display && looksFrontal(display) ? { view: 'frontal', seen: true } : { view: 'unknown' }
}

/** Sentences why the image may be outside what the bundled model knows. */
export function cautionsOf(study: StudyFacts, { view, coloured }: Found, image: OpenImage): string[] {
  const out: string[] = []
  const { patientAge: age, modality, bodyPart } = study
  if (age !== undefined && age >= 16)
    out.push(
      `The patient is ${Math.floor(age)} years old; the bundled model was taught on children aged 1 to 5.`,
    )
  else if (age !== undefined && (age < 1 || age >= 6)) {
    const said = age < 1 ? 'younger than 1 year' : `${Math.floor(age)} years old`
    out.push(`The patient is ${said}; the bundled model was taught on children aged 1 to 5.`)
  }
  if (view === 'lateral') out.push('This is a lateral view; the bundled model was taught on frontal views.')
  if (modality !== undefined && !RADIOGRAPHY.test(modality))
    out.push(`The modality is ${modality}, not a plain radiograph (CR, DX).`)
  if (bodyPart !== undefined && !CHEST.test(bodyPart))
    out.push(`The body part is recorded as ${bodyPart}, not the chest.`)
  if (coloured === true)
    out.push('This is a picture in colour, as photographs are; radiographs are grey. Its brightness is used.')
  else if (image.samplesPerPixel === 3 && image.medical)
    out.push('The image is in colour; radiographs are grey. Its brightness is used.')
  if (image.frames > 1) out.push(`The file holds ${image.frames} frames; the first one is searched.`)
  return out
}
