/**
 * Looks through an ONNX file for what a pack may not hold, before the runtime parses it: tensors kept in other
 * files (the runtime would open any path they name) and operators outside the standard sets.
 * Wire format: protobuf; field numbers: onnx.proto3 of ONNX 1.17.
 */
import { HilumError } from '@shared/errors.js'

/** Sub-graphs of If and Loop nest; no honest encoder goes this deep. */
const DEPTH = 32
const DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'com.microsoft'])

type Field = { number: number; wire: number; value: number; start: number; end: number }

/** Fields that lead to further messages, by the kind of message they stand in. */
export const INTO: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  model: { 7: 'graph', 8: 'opset', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 9: 'opset', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
}

/** @throws HilumError MODEL_INVALID naming the first thing that is not allowed */
export function inspectOnnx(bytes: Uint8Array, file: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const open: { kind: string; start: number; end: number; depth: number }[] = [
    { kind: 'model', start: 0, end: bytes.length, depth: 0 },
  ]
  let graphs = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > DEPTH) throw refused(file, 'its graph is nested too deeply')
    for (const field of fieldsOf(view, next.start, next.end, file)) {
      if (next.kind === 'tensor' && (field.number === 13 || (field.number === 14 && field.value === 1)))
        throw refused(file, 'it keeps weights in another file')
      if (next.kind === 'opset' && field.number === 1 && field.wire === 2) {
        const domain = Buffer.from(bytes.subarray(field.start, field.end)).toString('utf8')
        if (!DOMAINS.has(domain)) throw refused(file, `it needs operators of "${domain.slice(0, 60)}"`)
      }
      const inner = field.wire === 2 ? INTO[next.kind]?.[field.number] : undefined
      if (inner === undefined) continue
      if (inner === 'graph') graphs++
      open.push({ kind: inner, start: field.start, end: field.end, depth: next.depth + 1 })
    }
  }
  if (graphs === 0) throw refused(file, 'it is no ONNX model')
}

export function* fieldsOf(view: DataView, start: number, end: number, file: string): Generator<Field> {
  let at = start
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw refused(file, 'it ends early')
      const byte = view.getUint8(at++)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw refused(file, 'it is no ONNX model')
  }
  while (at < end) {
    const key = varint()
    const wire = key & 7
    const number = Math.floor(key / 8)
    let value = 0
    let length = 0
    if (wire === 0) value = varint()
    else if (wire === 1) length = 8
    else if (wire === 2) length = varint()
    else if (wire === 5) length = 4
    else throw refused(file, 'it is no ONNX model')
    if (number === 0 || length > end - at) throw refused(file, 'it ends early or is no ONNX model')
    yield { number, wire, value, start: at, end: at + length }
    at += length
  }
}

function refused(file: string, why: string): HilumError {
  return new HilumError('MODEL_INVALID', `The model pack is refused: ${file} cannot be used, ${why}.`)
}
