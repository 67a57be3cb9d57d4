/** What a file holds, sample by sample: for `hilum decode` and conformance tests. */
import { HilumError } from '@shared/errors.js'
import type { Handler } from '../ports/calls.js'
import type { Decoder, SourceLister } from '../ports/decoding.js'
import { plainBytes } from './bytes.js'

export function describeService(lister: SourceLister, decoder: Decoder): Handler<'decode.describe'> {
  return async ({ source, png }, { signal }) => {
    for await (const found of lister.list([source], { signal })) {
      if ('item' in found) {
        const described = await decoder.describe(found.item, png ?? false, signal)
        return {
          report: described.report,
          ...(described.png === undefined ? {} : { png: plainBytes(described.png) }),
        }
      }
      const { code, message, detail } = found.failure.problem
      throw new HilumError(code, message, detail === undefined ? {} : { detail })
    }
    throw new HilumError('FOLDER_EMPTY')
  }
}
