/** A sample of what the library's pictures look like from afar, read from their previews in the background. */
import sharp from 'sharp'
import { problemOf } from '@shared/errors.js'
import type { Decoder, DisplayImage } from '../../ports/decoding.js'
import type { Library } from '../../ports/library.js'
import { appearanceOf } from './appearance.js'
import type { Seen } from './appearanceReference.js'
import { drawn, type Case } from './leaveOneOut.js'

/** Pictures at most: the gate is then as sharp as with all, and a large library takes no longer. */
const SAMPLE = 1500
const PREVIEW_SIDE = 256
const AT_ONCE = 4

/** Pictures that cannot be read any more are left out; `library check` names them. */
export async function appearanceSample(
  library: Library,
  decoder: Decoder,
  cases: ReadonlyMap<number, Case>,
  signal: AbortSignal,
  rest: () => Promise<void>,
): Promise<Seen[]> {
  const chosen = drawn([...cases.values()], SAMPLE)
  const seen: Seen[] = []
  for (let at = 0; at < chosen.length; at += AT_ONCE) {
    await rest()
    signal.throwIfAborted()
    const read = chosen.slice(at, at + AT_ONCE).map(async ({ imageId, caseId, patient }) => {
      const image = await pictureOf(library, decoder, imageId, signal)
      if (image === undefined) return
      seen.push({ appearance: appearanceOf(image), caseId, ...(patient === undefined ? {} : { patient }) })
    })
    await Promise.all(read)
  }
  return seen
}

async function pictureOf(
  library: Library,
  decoder: Decoder,
  imageId: string,
  signal: AbortSignal,
): Promise<DisplayImage | undefined> {
  try {
    const preview = library.preview(imageId, PREVIEW_SIDE)
    if (preview === undefined)
      return (await decoder.decode(library.imageItem(imageId), { display: true }, signal)).display
    const { data, info } = await sharp(preview.bytes)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const values = Uint16Array.from(
      { length: info.width * info.height },
      (_, i) => (data[i * info.channels] as number) * 257,
    )
    return { rows: info.height, columns: info.width, values }
  } catch (error) {
    signal.throwIfAborted()
    // A damaged preview or original says nothing here, as any file of another kind; a bug of ours is not swallowed.
    if (error instanceof TypeError || problemOf(error).code === 'CANCELLED') throw error
    return undefined
  }
}
