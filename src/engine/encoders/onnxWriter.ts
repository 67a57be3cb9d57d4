/** Writes small ONNX graphs for tests: enough of onnx.proto3's wire format. */
export type Part = Uint8Array
const bytesOf = (text: string): Part => new TextEncoder().encode(text)

/* Protobuf wire format: enough of onnx.proto3 to write a graph. */
function varint(value: number): Part {
  const out: number[] = []
  let rest = value
  do {
    const more = rest >= 128
    out.push((rest % 128) + (more ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Uint8Array.from(out)
}
export const number = (field: number, value: number): Part => joined(varint(field * 8), varint(value))
export const message = (field: number, ...parts: Part[]): Part => {
  const body = joined(...parts)
  return joined(varint(field * 8 + 2), varint(body.length), body)
}
export const text = (field: number, value: string): Part => message(field, bytesOf(value))

export function joined(...parts: Part[]): Part {
  return new Uint8Array(Buffer.concat(parts))
}

export function node(op: string, inputs: string[], outputs: string[], attributes: Part[] = []): Part {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...attributes.map((attribute) => message(5, attribute)),
  )
}

/* onnx.proto3: AttributeProto.AttributeType and TensorProto.DataType. */
export const FLOAT = 1
export const INT64 = 7
const INT = 2
const INTS = 7
export const intAttribute = (name: string, value: number): Part =>
  joined(text(1, name), number(3, value), number(20, INT))
export const intsAttribute = (name: string, values: number[]): Part =>
  joined(text(1, name), ...values.map((value) => number(8, value)), number(20, INTS))

export function floats(name: string, dims: number[], values: ArrayLike<number>, external = false): Part {
  const raw = new Uint8Array(Float32Array.from(values).buffer)
  const data = external
    ? joined(message(13, text(1, 'location'), text(2, '../../../etc/passwd')), number(14, 1))
    : message(9, raw)
  return message(5, ...dims.map((dim) => number(1, dim)), number(2, 1), text(8, name), data)
}

export function tensorInfo(field: number, name: string, dims: (string | number)[], type = FLOAT): Part {
  const shape = dims.map((dim) => message(1, typeof dim === 'string' ? text(2, dim) : number(1, dim)))
  return message(field, text(1, name), message(2, message(1, number(1, type), message(2, ...shape))))
}

/** A tensor of 64-bit integers, none negative but -1. */
export function integers(name: string, dims: number[], values: readonly number[]): Part {
  const raw = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)
  return message(5, ...dims.map((dim) => number(1, dim)), number(2, INT64), text(8, name), message(9, raw))
}
