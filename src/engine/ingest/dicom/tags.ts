/** All elements of a DICOM object for the tag browser. */
import type { Tag } from '@shared/domain/viewer.js'
import { attributesOf } from './attributes.js'
import { parseDicom, tagName, type Element } from './dataSet.js'
import { entryOf } from './dictionary.js'
import type * as dicomParser from 'dicom-parser'

/** Values longer than this are cut: the browser shows text, not pixels. */
const LONGEST = 400
const MAX_TAGS = 20_000

/** @throws HilumError DICOM_CORRUPT, DICOM_UNSUPPORTED, IMAGE_BOMB */
export function listTags(bytes: Uint8Array): Tag[] {
  const { dataSet } = parseDicom(bytes)
  const out: Tag[] = []
  walk(dataSet, 0, '', attributesOf(dataSet).short('x00280103') === 1, out)
  return out
}

function walk(
  dataSet: dicomParser.DataSet,
  depth: number,
  inherited: string,
  signed: boolean,
  out: Tag[],
): void {
  const attributes = attributesOf(dataSet, inherited)
  const characterSet = attributes.text('x00080005') ?? inherited
  for (const tag of Object.keys(dataSet.elements).sort()) {
    if (out.length >= MAX_TAGS) return
    const element = dataSet.elements[tag] as Element
    const entry = entryOf(tag)
    // Implicit VR files write none: the dictionary's, with the sign that the samples have.
    const vr = element.vr ?? (entry?.eitherSign && signed ? 'SS' : (entry?.vr ?? 'UN'))
    out.push({
      tag: tagName(tag),
      keyword: entry?.keyword ?? (parseInt(tag.slice(1, 5), 16) % 2 === 1 ? 'Private' : 'Unknown'),
      vr,
      value: valueOf(attributes, element, vr),
      depth,
      // Private and unknown elements may hold anything; a name or a date identifies wherever it stands.
      identifying: (entry?.identifying ?? true) || /^(PN|DA|DT)$/.test(vr),
    })
    for (const item of element.items ?? [])
      if (item.dataSet) walk(item.dataSet, depth + 1, characterSet, signed, out)
  }
}

function valueOf(attributes: ReturnType<typeof attributesOf>, element: Element, vr: string): string {
  if (element.items) return `${element.items.length} item${element.items.length === 1 ? '' : 's'}`
  if (element.length === 0) return ''
  if (element.fragments) return `${element.fragments.length} fragments`
  if (/^(OB|OD|OF|OL|OV|OW|UN)$/.test(vr)) return `${element.length} bytes`
  if (vr === 'AT') {
    const raw = attributes.bytes(element.tag)
    return raw ? Buffer.from(raw).toString('hex') : ''
  }
  const numeric = /^(US|SS|UL|SL|FL|FD)$/.test(vr)
  const size = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8 }[vr]
  if (numeric && size !== undefined && element.length > size * 64) return `${element.length / size} values`
  const text = numeric
    ? attributes.numbers(element.tag, vr).join('\\')
    : (attributes.words(element.tag) ?? '')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
