/**
 * A model with its weights shuffled: what the check of an explanation by weight randomisation compares with (Adebayo et
 * al., Sanity Checks for Saliency Maps, NeurIPS 2018). Values stay, their places do not.
 */
import { fieldsOf, INTO } from './onnxGraph.js'

/** Tensors of fewer bytes are shapes and constants, which a graph needs as they are. */
const LEAST_BYTES = 256
/** TensorProto.data_type: FLOAT, INT8, FLOAT16, and their bytes a value. */
const WIDTHS: Readonly<Record<number, number>> = { 1: 4, 3: 1, 10: 2 }

/**
 * A copy of an ONNX file whose weight tensors are permuted.
 * @param next uniform numbers in [0, 1)
 * @returns the bytes and how many tensors were shuffled
 */
export function shuffledOnnx(bytes: Uint8Array, next: () => number): { bytes: Uint8Array; tensors: number } {
  // Not `slice`: of a Buffer that is a view, and the model in use would be shuffled with it.
  const copy = new Uint8Array(bytes)
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength)
  const open = [{ kind: 'model', start: 0, end: copy.length }]
  let tensors = 0
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const fields = [...fieldsOf(view, one.start, one.end, 'the model')]
    if (one.kind === 'tensor') {
      const width = WIDTHS[fields.find(({ number }) => number === 2)?.value ?? 0]
      const raw = fields.find(({ number, wire }) => number === 9 && wire === 2)
      if (width === undefined || raw === undefined || raw.end - raw.start < LEAST_BYTES) continue
      shuffle(copy.subarray(raw.start, raw.end), width, next)
      tensors++
      continue
    }
    for (const { number, wire, start, end } of fields) {
      const kind = wire === 2 ? INTO[one.kind]?.[number] : undefined
      if (kind !== undefined) open.push({ kind, start, end })
    }
  }
  return { bytes: copy, tensors }
}

function shuffle(bytes: Uint8Array, width: number, next: () => number): void {
  const kept = new Uint8Array(width)
  for (let i = bytes.length / width - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    const [a, b] = [i * width, j * width]
    kept.set(bytes.subarray(a, a + width))
    bytes.copyWithin(a, b, b + width)
    bytes.set(kept, b)
  }
}
