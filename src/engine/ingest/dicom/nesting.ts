/** Bounds the nesting of sequences before a parser that recurses sees them. */
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { TransferSyntax } from './syntaxes.js'

const UNDEFINED = 0xffff_ffff
const LONG = /^(OB|OD|OL|OV|OW|SQ|SV|OF|UC|UR|UT|UN|UV)$/

/** One open sequence or item; `end` is Infinity for undefined length. */
type Open = { end: number; sequence: boolean; explicit: boolean }

const structure = (at: number, what: string): HilumError =>
  new HilumError('DICOM_CORRUPT', 'The sequences of this DICOM file are damaged.', {
    detail: `${what}, at byte ${at}`,
  })

/**
 * Walks the elements with a stack of its own and stops at the first thing that is no element: the parser that
 * follows stops there too.
 * @throws HilumError DICOM_CORRUPT when sequences nest deeper than LIMITS.dicomDepth or do not close as they opened
 */
export function checkNesting(bytes: Uint8Array, start: number, syntax: TransferSyntax): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = syntax.littleEndian
  const stack: Open[] = []
  let explicit = syntax.explicit
  let depth = 0
  let at = start
  const open = (entry: Open): void => {
    stack.push(entry)
    explicit = entry.explicit
    if (!entry.sequence) return
    if (++depth > LIMITS.dicomDepth)
      throw new HilumError('DICOM_CORRUPT', undefined, {
        detail: `sequences nest deeper than ${LIMITS.dicomDepth} levels at byte ${at}`,
      })
  }
  const close = (): void => {
    if (stack.pop()?.sequence) depth--
    explicit = stack.at(-1)?.explicit ?? syntax.explicit
  }
  while (at + 8 <= bytes.length) {
    while (stack.length > 0 && at >= (stack.at(-1) as Open).end) close()
    const group = view.getUint16(at, little)
    const element = view.getUint16(at + 2, little)
    if (group === 0xfffe) {
      const length = view.getUint32(at + 4, little)
      at += 8
      if (element === 0xe000) {
        // An item outside a sequence: its elements would be taken for the patient's own.
        if (stack.at(-1)?.sequence !== true) throw structure(at - 8, 'an item stands outside a sequence')
        open({ end: length === UNDEFINED ? Infinity : at + length, sequence: false, explicit })
      } else if (stack.length > 0) {
        if (element === 0xe0dd && stack.at(-1)?.sequence === false)
          throw structure(at - 8, 'a sequence ends before its item does')
        close()
      }
      continue
    }
    if (stack.at(-1)?.sequence === true) return
    let header = 8
    let vr = ''
    let length = view.getUint32(at + 4, little)
    if (explicit) {
      vr = String.fromCharCode(bytes[at + 4] as number, bytes[at + 5] as number)
      if (LONG.test(vr)) {
        if (at + 12 > bytes.length) return
        header = 12
        length = view.getUint32(at + 8, little)
      } else length = view.getUint16(at + 6, little)
    }
    const value = at + header
    const pixels = group === 0x7fe0 && element === 0x0010
    if (pixels && stack.length === 0) return
    const item =
      value + 4 <= bytes.length &&
      view.getUint16(value, little) === 0xfffe &&
      (view.getUint16(value + 2, little) === 0xe000 || view.getUint16(value + 2, little) === 0xe0dd)
    const sequence = explicit
      ? vr === 'SQ' || (length === UNDEFINED && vr === 'UN')
      : item && (group % 2 === 0 || length === UNDEFINED)
    at = value
    if (sequence)
      open({
        end: length === UNDEFINED ? Infinity : value + length,
        sequence: true,
        explicit: explicit && vr !== 'UN',
      })
    else if (length === UNDEFINED) return
    else at += length
  }
}
