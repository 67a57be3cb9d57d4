/** Typed reading of attributes: absent, empty and unreadable values are undefined. */
import { decodeText } from './charset.js'
import type { Element } from './dataSet.js'
import type * as dicomParser from 'dicom-parser'

export type Attributes = {
  /** Byte order of the data set. */
  littleEndian: boolean
  element(tag: string): Element | undefined
  /** Raw bytes of the value, clipped to the file. */
  bytes(tag: string): Uint8Array | undefined
  /** Code strings, UIDs and the like: trimmed; `index` picks one of several values. */
  text(tag: string, index?: number): string | undefined
  /** Free text under the data set's character set, inner line breaks kept. */
  words(tag: string): string | undefined
  /** US or SS. */
  short(tag: string, index?: number): number | undefined
  signedShort(tag: string, index?: number): number | undefined
  /** All values of DS, IS, FD, FL, US, SS, UL, SL; `vr` is the dictionary's, for files that do not write it. */
  numbers(tag: string, vr?: string): number[]
  number(tag: string): number | undefined
  /** Items of a sequence. */
  items(tag: string): Attributes[]
}

/** Attributes of a data set; items inherit the character set. */
export function attributesOf(dataSet: dicomParser.DataSet, inherited = ''): Attributes {
  const own = dataSet.elements['x00080005']
  const ascii = (element: Element): string =>
    Buffer.from(
      dataSet.byteArray.subarray(
        element.dataOffset,
        Math.min(dataSet.byteArray.length, element.dataOffset + element.length),
      ),
    ).toString('latin1')
  const characterSet = own ? ascii(own).replace(/\0/g, '').trim() : inherited
  const element = (tag: string): Element | undefined => dataSet.elements[tag]
  const bytes = (tag: string): Uint8Array | undefined => {
    const found = element(tag)
    if (!found || found.length === 0 || found.length === 0xffff_ffff) return undefined
    const end = Math.min(dataSet.byteArray.length, found.dataOffset + found.length)
    return new Uint8Array(
      dataSet.byteArray.buffer,
      dataSet.byteArray.byteOffset + found.dataOffset,
      Math.max(0, end - found.dataOffset),
    )
  }
  const binary: Record<string, [size: number, read: (at: number) => number]> = {
    US: [2, (at) => dataSet.byteArrayParser.readUint16(dataSet.byteArray, at)],
    SS: [2, (at) => dataSet.byteArrayParser.readInt16(dataSet.byteArray, at)],
    UL: [4, (at) => dataSet.byteArrayParser.readUint32(dataSet.byteArray, at)],
    SL: [4, (at) => dataSet.byteArrayParser.readInt32(dataSet.byteArray, at)],
    FL: [4, (at) => dataSet.byteArrayParser.readFloat(dataSet.byteArray, at)],
    FD: [8, (at) => dataSet.byteArrayParser.readDouble(dataSet.byteArray, at)],
  }
  const read = (tag: string, vr: string, index: number): number | undefined => {
    const found = element(tag)
    const [size, reader] = binary[vr] ?? [2, () => NaN]
    if (!found || found.length === 0xffff_ffff || found.length < (index + 1) * size) return undefined
    const at = found.dataOffset + index * size
    return at + size <= dataSet.byteArray.length ? reader(at) : undefined
  }
  const self: Attributes = {
    littleEndian: dataSet.byteArrayParser.readUint16(Uint8Array.of(1, 0), 0) === 1,
    element,
    bytes,
    text: (tag, index = 0) => {
      const found = bytes(tag)
      if (!found) return undefined
      const value = Buffer.from(found).toString('latin1').split('\\')[index]
      const trimmed = value?.replace(/\0/g, '').trim()
      return trimmed === '' ? undefined : trimmed
    },
    words: (tag) => {
      const found = bytes(tag)
      if (!found) return undefined
      const value = decodeText(found, characterSet).replace(/\0/g, '').trim()
      return value === '' ? undefined : value
    },
    short: (tag, index = 0) => read(tag, 'US', index),
    signedShort: (tag, index = 0) => read(tag, 'SS', index),
    numbers: (tag, known = '') => {
      const found = element(tag)
      const raw = bytes(tag)
      if (!found || !raw) return []
      const vr = found.vr ?? known
      const size = binary[vr]?.[0]
      if (size !== undefined)
        return Array.from({ length: Math.floor(raw.length / size) }, (_, i) => read(tag, vr, i) ?? NaN)
      return Buffer.from(raw)
        .toString('latin1')
        .split('\\')
        .map((part) => part.replace(/\0/g, '').trim())
        .filter((part) => part !== '')
        .map(Number)
    },
    number: (tag) => {
      const first = self.numbers(tag)[0]
      return first !== undefined && Number.isFinite(first) ? first : undefined
    },
    items: (tag) =>
      (element(tag)?.items ?? []).flatMap((item) =>
        item.dataSet ? [attributesOf(item.dataSet, characterSet)] : [],
      ),
  }
  return self
}
