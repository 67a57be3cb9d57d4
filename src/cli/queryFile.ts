/** One file as a query. */
import type { OpenedImage } from '@shared/domain/images.js'
import { HilumError } from '@shared/errors.js'
import { pathSource } from './options.js'
import type { Session } from './session.js'

/**
 * `said`: what a person should know of how the image was chosen, in lines.
 * @throws HilumError with the file's own code where nothing could be opened
 */
export async function openQuery(
  session: Session,
  file: string,
  signal: AbortSignal,
): Promise<OpenedImage & { said: string[] }> {
  const opened = await session.call('query.open', { sources: [pathSource(file)] }, { signal })
  const images = opened.studies.flatMap(({ series }) => series.flatMap((each) => each.images))
  const primary = images.find(({ queryId }) => queryId === opened.primary) ?? images[0]
  if (primary !== undefined) {
    const left = opened.failures.length
    return {
      ...primary,
      said: [
        ...(opened.notice === undefined ? [] : [`${opened.notice.message} ${opened.notice.remedy}`]),
        ...(images.length > 1 ? [`Searched: ${primary.facts.file}, of ${images.length} images.`] : []),
        ...(left === 0 ? [] : [`${left} ${left === 1 ? 'file' : 'files'} could not be opened.`]),
      ],
    }
  }
  const failure = opened.failures[0]
  throw failure === undefined
    ? new HilumError(opened.notice?.code ?? 'FOLDER_EMPTY', opened.notice?.message)
    : new HilumError(
        failure.code,
        failure.message.includes(failure.file) ? failure.message : `${failure.file}: ${failure.message}`,
      )
}
