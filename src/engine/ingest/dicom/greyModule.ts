/** Attributes of the Modality LUT, VOI LUT, Presentation and Palette modules (PS3.3 C.11, C.7.6.3, C.7.9). */
import type { GreyParameters, Lut, Palette, Window, WindowFunction } from '../../imaging/samples.js'
import type { Attributes } from './attributes.js'

/** First of the places where an attribute may stand: frame's, shared functional group, then the data set. */
export type Layers = readonly Attributes[]

const firstOf = <T>(layers: Layers, read: (attributes: Attributes) => T | undefined): T | undefined => {
  for (const layer of layers) {
    const value = read(layer)
    if (value !== undefined) return value
  }
  return undefined
}

/** Entries of one byte each: as the words of a big-endian file they stand in swapped pairs (PS3.5 clause 7.3). */
function packedBytes(attributes: Attributes, tag: string): Uint8Array {
  const raw = attributes.bytes(tag) ?? new Uint8Array()
  if (attributes.littleEndian || attributes.element(tag)?.vr !== 'OW') return raw
  return Buffer.from(raw.subarray(0, raw.length & ~1)).swap16()
}

/** LUT Descriptor and LUT Data (PS3.3 C.11.1.1); undefined when they do not fit together. */
export function readLut(
  attributes: Attributes,
  descriptorTag: string,
  dataTag: string,
  signed: boolean,
): Lut | undefined {
  const entries = attributes.short(descriptorTag, 0)
  const bits = attributes.short(descriptorTag, 2)
  const first = signed ? attributes.signedShort(descriptorTag, 1) : attributes.short(descriptorTag, 1)
  const raw = attributes.bytes(dataTag)
  if (entries === undefined || bits === undefined || first === undefined || !raw) return undefined
  const count = entries === 0 ? 65_536 : entries
  if (bits < 8 || bits > 16) return undefined
  const values = new Uint16Array(count)
  // With 8-bit entries some writers pack one byte an entry, others one word.
  if (raw.length < count * 2) {
    if (raw.length < count) return undefined
    values.set(packedBytes(attributes, dataTag).subarray(0, count))
  } else for (let i = 0; i < count; i++) values[i] = attributes.short(dataTag, i) ?? 0
  const explanation = attributes.words('x00283003')
  return { first, bits, values, ...(explanation === undefined ? {} : { explanation }) }
}

function windows(layers: Layers, warnings: string[]): Window[] {
  const holder = firstOf(layers, (a) => (a.numbers('x00281050').length > 0 ? a : undefined))
  if (!holder) return []
  const centers = holder.numbers('x00281050')
  const widths = holder.numbers('x00281051')
  const named = holder.text('x00281056')?.toUpperCase()
  const kind: WindowFunction = named === 'SIGMOID' || named === 'LINEAR_EXACT' ? named : 'LINEAR'
  const explanations = holder.words('x00281055')?.split('\\') ?? []
  const out: Window[] = []
  for (const [i, center] of centers.entries()) {
    const width = widths[i]
    if (!Number.isFinite(center) || width === undefined || !Number.isFinite(width)) {
      warnings.push(`Window ${i + 1} of the file is no pair of numbers; it was left out.`)
      continue
    }
    // PS3.3 C.11.2.1.2: width is at least 1 for LINEAR and above 0 otherwise.
    if (kind === 'LINEAR' ? width < 1 : width <= 0) {
      warnings.push(`Window ${i + 1} has the impossible width ${width}; it was left out.`)
      continue
    }
    const explanation = explanations[i]?.trim()
    out.push({ center, width, function: kind, ...(explanation ? { explanation } : {}) })
  }
  return out
}

/** The first that is a number; one that is none is passed over with a warning. */
function rescaleOf(layers: Layers, tag: string, name: string, warnings: string[]): number | undefined {
  const found = firstOf(layers, (a) => a.number(tag))
  // NaN, words, or beyond what a number holds.
  if (layers.some((a) => a.numbers(tag).length > 0 && a.number(tag) === undefined))
    warnings.push(`Rescale ${name} is no usable number; ${found ?? (name === 'slope' ? 1 : 0)} was used.`)
  return found
}

/** Pixel Padding Value or its Range Limit: of integer, float or double pixels (PS3.3 C.7.5.1.1.2, C.7.6.24, C.7.6.25). */
function paddingOf(
  layers: Layers,
  [integer, float, double]: readonly [string, string, string],
  signed: boolean,
): number | undefined {
  return firstOf(
    layers,
    (a) =>
      (signed ? a.signedShort(integer) : a.short(integer)) ??
      a.numbers(float, 'FL')[0] ??
      a.numbers(double, 'FD')[0],
  )
}

/**
 * Grey-scale attributes of one frame.
 * @param signed whether stored values are signed, which decides how LUT descriptors are read
 */
export function greyParameters(
  layers: Layers,
  photometric: string,
  signed: boolean,
  warnings: string[],
): GreyParameters {
  const modalityItem = firstOf(layers, (a) => a.items('x00283000')[0])
  const modalityLut = modalityItem && readLut(modalityItem, 'x00283002', 'x00283006', signed)
  const slope = rescaleOf(layers, 'x00281053', 'slope', warnings)
  const intercept = rescaleOf(layers, 'x00281052', 'intercept', warnings)
  if (slope === 0) warnings.push('Rescale slope is 0; 1 was used.')
  const voiItem = firstOf(layers, (a) => a.items('x00283010')[0])
  // The VOI LUT's input is the modality step's output: signed when that can be negative (PS3.3 C.11.2.1.1).
  const signedInput = modalityLut === undefined && (signed || (intercept ?? 0) < 0 || (slope ?? 1) < 0)
  const voiLut = voiItem && readLut(voiItem, 'x00283002', 'x00283006', signedInput)
  const shape = firstOf(layers, (a) => a.text('x20500020'))?.toUpperCase()
  const padding = paddingOf(layers, ['x00280120', 'x00280122', 'x00280123'], signed)
  const limit = paddingOf(layers, ['x00280121', 'x00280124', 'x00280125'], signed)
  return {
    modality: modalityLut
      ? { lut: modalityLut }
      : { slope: slope === undefined || slope === 0 ? 1 : slope, intercept: intercept ?? 0 },
    windows: windows(layers, warnings),
    ...(voiLut ? { voiLut } : {}),
    // For MONOCHROME1 a consistent writer gives INVERSE too: one inversion, not two (PS3.3 C.8.11.3).
    inverted: photometric === 'MONOCHROME1' || (shape === 'INVERSE' && photometric === 'MONOCHROME2'),
    ...(padding === undefined
      ? {}
      : { padding: { low: Math.min(padding, limit ?? padding), high: Math.max(padding, limit ?? padding) } }),
  }
}

/** One colour's table as 8 bits, from plain or segmented data (PS3.3 C.7.9.2). */
function colourTable(attributes: Attributes, descriptor: string, data: string, segmented: string) {
  const entries = attributes.short(descriptor, 0)
  const bits = attributes.short(descriptor, 2)
  if (entries === undefined || bits === undefined) return undefined
  const count = entries === 0 ? 65_536 : entries
  const plain = attributes.bytes(data)
  const wide = attributes.bytes(segmented)
  let values: number[] | undefined
  if (plain) {
    if (plain.length >= count * 2)
      values = Array.from({ length: count }, (_, i) => attributes.short(data, i) ?? 0)
    else if (plain.length >= count) values = Array.from(packedBytes(attributes, data).subarray(0, count))
  } else if (wide) values = expandSegments(attributes, segmented, bits, count)
  if (!values) return undefined
  // Descriptors that say 16 bits over tables that use 8 are common.
  const top = values.reduce((max, value) => Math.max(max, value), 0)
  const shift = bits > 8 && top > 255 ? 8 : 0
  return Uint8Array.from(values, (value) => value >> shift)
}

/** Discrete, linear and indirect segments (PS3.3 C.7.9.2.1 to C.7.9.2.3). */
function expandSegments(
  attributes: Attributes,
  tag: string,
  bits: number,
  count: number,
): number[] | undefined {
  const raw = attributes.bytes(tag) as Uint8Array
  const wide = bits > 8
  const words = wide
    ? Array.from({ length: raw.length >> 1 }, (_, i) => attributes.short(tag, i) ?? 0)
    : Array.from(packedBytes(attributes, tag))
  const out: number[] = []
  let at = 0
  const run = (opcode: number, length: number, allowIndirect: boolean): boolean => {
    if (opcode === 0) {
      if (at + length > words.length) return false
      for (let i = 0; i < length && out.length < count; i++) out.push(words[at + i] as number)
      at += length
      return true
    }
    if (opcode === 1) {
      const target = words[at++]
      const from = out.at(-1)
      if (target === undefined || from === undefined) return false
      for (let i = 1; i <= length && out.length < count; i++)
        out.push(Math.round(from + ((target - from) * i) / length))
      return true
    }
    if (opcode !== 2 || !allowIndirect) return false
    // An indirect segment repeats `length` segments that stand at a byte offset of four bytes.
    const offset = wide
      ? (words[at] ?? 0) + (words[at + 1] ?? 0) * 65_536
      : (words[at] ?? 0) + (words[at + 1] ?? 0) * 256 + (words[at + 2] ?? 0) * 65_536
    const back = at + (wide ? 2 : 4)
    at = wide ? offset >> 1 : offset
    for (let i = 0; i < length && out.length < count; i++) {
      const code = words[at]
      const size = words[at + 1]
      if (code === undefined || size === undefined) return false
      at += 2
      if (!run(code, size, false)) return false
    }
    at = back
    return true
  }
  while (out.length < count) {
    const opcode = words[at]
    const length = words[at + 1]
    if (opcode === undefined || length === undefined) return undefined
    at += 2
    if (!run(opcode, length, true)) return undefined
  }
  return out
}

/** Red, green and blue tables; undefined when one is missing or too short. */
export function readPalette(attributes: Attributes, signed: boolean): Palette | undefined {
  const red = colourTable(attributes, 'x00281101', 'x00281201', 'x00281221')
  const green = colourTable(attributes, 'x00281102', 'x00281202', 'x00281222')
  const blue = colourTable(attributes, 'x00281103', 'x00281203', 'x00281223')
  if (!red || !green || !blue) return undefined
  const first = signed ? attributes.signedShort('x00281101', 1) : attributes.short('x00281101', 1)
  return { first: first ?? 0, red, green, blue }
}
