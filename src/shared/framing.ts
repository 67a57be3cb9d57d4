/**
 * A message as one block of bytes, for channels that know no structured clone (the web socket): a little-endian
 * uint32 length, JSON of that length, then the bytes of every Uint8Array in the order the JSON names them.
 */

/** Stands for the attachment with this number; no honest message has such a key. */
const MARK = '$bytes'
const HEADER = 4

/**
 * @param message JSON values and Uint8Array
 * @throws TypeError when a key of the message is the mark itself
 */
export function frameOf(message: unknown): Uint8Array {
  const attachments: Uint8Array[] = []
  const text = JSON.stringify(withoutBytes(message, attachments))
  const json = new TextEncoder().encode(
    JSON.stringify({ message: text, sizes: attachments.map((each) => each.byteLength) }),
  )
  const total = attachments.reduce((sum, each) => sum + each.byteLength, HEADER + json.byteLength)
  const frame = new Uint8Array(total)
  new DataView(frame.buffer).setUint32(0, json.byteLength, true)
  frame.set(json, HEADER)
  let offset = HEADER + json.byteLength
  for (const attachment of attachments) {
    frame.set(attachment, offset)
    offset += attachment.byteLength
  }
  return frame
}

/**
 * @param frame what `frameOf` made; its attachments are copied, so that none keeps the whole frame alive
 * @throws Error when the frame is not one of ours
 */
export function messageOf(frame: Uint8Array): unknown {
  if (frame.byteLength < HEADER) throw new Error('The frame is too short')
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const end = HEADER + view.getUint32(0, true)
  if (end > frame.byteLength) throw new Error('The frame ends early')
  const head: unknown = JSON.parse(
    new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(HEADER, end)),
  )
  const { message, sizes } = (head ?? {}) as { message?: unknown; sizes?: unknown }
  if (typeof message !== 'string' || !Array.isArray(sizes)) throw new Error('The frame has no message')
  const attachments: Uint8Array[] = []
  let offset = end
  for (const size of sizes as unknown[]) {
    if (
      typeof size !== 'number' ||
      !Number.isSafeInteger(size) ||
      size < 0 ||
      offset + size > frame.byteLength
    )
      throw new Error('An attachment of the frame ends early')
    // Not slice(): a Node Buffer's is a view.
    attachments.push(new Uint8Array(frame.subarray(offset, offset + size)))
    offset += size
  }
  return JSON.parse(message, (_key, value: unknown) => {
    if (!isMark(value)) return value
    const attachment = attachments[value[MARK]]
    if (attachment === undefined) throw new Error('The frame names an attachment it does not have')
    return attachment
  })
}

function isMark(value: unknown): value is { [MARK]: number } {
  return typeof value === 'object' && value !== null && MARK in value && typeof value[MARK] === 'number'
}

/** The message with every Uint8Array moved into `attachments` and its mark in its place. */
function withoutBytes(value: unknown, attachments: Uint8Array[]): unknown {
  if (value instanceof Uint8Array) return { [MARK]: attachments.push(value) - 1 }
  if (Array.isArray(value)) return value.map((each) => withoutBytes(each, attachments))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(value)) {
    if (key === MARK) throw new TypeError('The message carries a key that is kept for bytes')
    // Defined, not assigned: a key named __proto__ must arrive as the hostile thing it is.
    Object.defineProperty(copy, key, {
      value: withoutBytes(each, attachments),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return copy
}
