/** Finds the report's data in a PDF that this program wrote. */
import { inflateSync } from 'node:zlib'
import { HilumError } from '@shared/errors.js'
import { TWIN_NAME } from './twin.js'

const MOST_BYTES = 64 * 1024 * 1024
const MOST_OBJECTS = 100_000

/**
 * The attached twin's bytes. Reads only the plain objects that pdfkit writes: a PDF saved again by another
 * program is refused rather than guessed at.
 * @throws HilumError REPORT_UNREADABLE
 */
export function attachedTwin(pdf: Uint8Array): Uint8Array {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  if (bytes.subarray(0, 5).toString('latin1') !== '%PDF-') throw new HilumError('REPORT_UNREADABLE')
  const text = bytes.toString('latin1')
  const filespec = /\/Type \/Filespec[^]{0,400}?\/F \(([^()]{1,100})\)[^]{0,200}?\/EF <<\s*\/F (\d{1,7}) 0 R/g
  let found = 0
  for (let match = filespec.exec(text); match !== null; match = filespec.exec(text)) {
    if (++found > MOST_OBJECTS) break
    if (match[1] === TWIN_NAME) return streamOf(bytes, text, Number(match[2]))
  }
  throw new HilumError('REPORT_UNREADABLE')
}

function streamOf(bytes: Buffer, text: string, object: number): Uint8Array {
  const head = text.indexOf(`\n${object} 0 obj\n`)
  const stream = head < 0 ? -1 : text.indexOf('stream\n', head)
  const dictionary = stream < 0 ? '' : text.slice(head, stream)
  const length = /\/Length (\d{1,9})\b/.exec(dictionary)?.[1]
  if (length === undefined || !dictionary.includes('/EmbeddedFile')) throw new HilumError('REPORT_UNREADABLE')
  const start = stream + 'stream\n'.length
  const body = bytes.subarray(start, start + Number(length))
  if (!dictionary.includes('/FlateDecode')) return body
  try {
    return inflateSync(body, { maxOutputLength: MOST_BYTES })
  } catch (cause) {
    throw new HilumError('REPORT_UNREADABLE', undefined, { cause })
  }
}
