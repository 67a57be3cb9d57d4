/** The case that stands in for parts of a picture when an explanation is checked. */
import { HilumError } from '@shared/errors.js'
import type { Workspace } from '../../ports/calls.js'
import type { DisplayImage } from '../../ports/decoding.js'
import { meanOf, unit } from '../../vectors.js'
import { nearestCases } from '../hits.js'
import type { Pictures } from '../pictures.js'
import { isAside } from '../searching/filters.js'

/** Cases whose mean says what is typical; more of them change it little. */
const SAMPLE = 400

/**
 * The picture of a typical case with another finding: the nearest to the mean of the cases that carry none of the
 * explained case's findings. The nearest to the query would look like it, so that exchanging its parts would change little.
 * Undefined where the library has none, the explained case carries no finding, or that picture's file cannot be read.
 * @param imageId the explained case
 */
export async function counterpartOf(
  { library, index, encoder }: Workspace,
  pictures: Pictures,
  imageId: string,
  signal: AbortSignal,
): Promise<DisplayImage | undefined> {
  const shown = library.case(library.image(imageId).caseId).findings
  const others = Object.keys(library.info().findings).filter((finding) => !shown.includes(finding))
  if (shown.length === 0 || others.length === 0) return undefined
  const { keys } = library.filteredKeys({ findings: others })
  if (keys.size === 0) return undefined
  const step = Math.ceil(keys.size / SAMPLE)
  const some = library.vectorsOfKeys(
    [...keys].filter((_, i) => i % step === 0),
    encoder.dimension,
  )
  const [typical] = await nearestCases(
    index,
    library,
    unit(meanOf(some, encoder.dimension)),
    1,
    ({ row }) => isAside(row.view) || row.row.findings.some((finding) => shown.includes(finding)),
    keys,
  )
  if (typical === undefined) return undefined
  try {
    return await pictures.display(pictures.resolve({ kind: 'image', imageId: typical.row.imageId }), signal)
  } catch (error) {
    // Its own window says what is wrong with that file; parts are only greyed then.
    if (error instanceof HilumError && error.code !== 'CANCELLED') return undefined
    throw error
  }
}
