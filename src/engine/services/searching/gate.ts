/** Whether a query is like the library's cases at all, in words. A lateral or another body part never is. */
import type { ImageSearch } from '@shared/domain/search.js'
import type { Decoded } from '../../ports/decoding.js'
import type { Strangeness } from '../calibrationPort.js'
import { OUTSIDE_BELOW } from '../measuring/bounds.js'

type Gate = Pick<ImageSearch['query'], 'inDistribution' | 'pValue' | 'reason' | 'looks'>

/** @param strange undefined while the library is too small or not measured yet */
export function gateOf({ view }: Pick<Decoded, 'view'>, strange: Strangeness | undefined): Gate {
  const pValue = strange === undefined ? {} : { pValue: strange.pValue }
  const looks = strange?.looks === undefined ? {} : { looks: strange.looks }
  if (view === 'lateral') return { inDistribution: false, ...pValue, reason: 'This is a lateral view.' }
  if (view === 'other')
    return {
      inDistribution: false,
      ...pValue,
      ...looks,
      reason: 'This is no frontal radiograph of the chest.',
    }
  if (strange === undefined) return {}
  if (strange.pValue >= OUTSIDE_BELOW) return { inDistribution: true, ...pValue }
  return { inDistribution: false, ...pValue, ...looks, reason: `${wordsFor(strange)} ${oddsFor(strange)}` }
}

function wordsFor({ why, looks }: Strangeness): string {
  if (looks === 'inverted') return 'This image looks inverted: black and white are exchanged.'
  if (looks === 'upside down') return 'This image looks upside down.'
  if (looks !== undefined) return `This image looks ${looks}.`
  if (why === 'far') return 'To the model in use this image is far from every case of this library.'
  return 'This image does not look like the radiographs of this library.'
}

function oddsFor({ pValue }: Strangeness): string {
  return `Of 100 of the library's own cases fewer than ${Math.max(1, Math.ceil(pValue * 100))} are as unlike the others.`
}
