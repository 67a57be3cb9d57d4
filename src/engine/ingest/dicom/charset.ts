/** Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 clause 6.1): text of the data set, code extensions included. */

/** Defined terms and the decoder of the platform that reads them. */
const DECODERS: Record<string, string> = {
  '': 'latin1',
  'ISO_IR 6': 'latin1',
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
}
/** Code element of an escape sequence (its bytes after ESC): its decoder, and whether it is a two-byte set. */
const ESCAPES: readonly [escape: string, decoder: string, kind: 'single' | 'g0double' | 'g1'][] = [
  ['(B', 'latin1', 'single'],
  ['(J', 'shift_jis', 'single'],
  [')I', 'shift_jis', 'single'],
  ['-A', 'iso-8859-1', 'single'],
  ['-B', 'iso-8859-2', 'single'],
  ['-C', 'iso-8859-3', 'single'],
  ['-D', 'iso-8859-4', 'single'],
  ['-L', 'iso-8859-5', 'single'],
  ['-G', 'iso-8859-6', 'single'],
  ['-F', 'iso-8859-7', 'single'],
  ['-H', 'iso-8859-8', 'single'],
  ['-M', 'windows-1254', 'single'],
  ['-b', 'iso-8859-15', 'single'],
  ['-T', 'windows-874', 'single'],
  ['$B', 'euc-jp', 'g0double'],
  ['$@', 'euc-jp', 'g0double'],
  ['$(D', 'jis-x-0212', 'g0double'],
  ['$)C', 'euc-kr', 'g1'],
  ['$)A', 'gbk', 'g1'],
]

const decoders = new Map<string, TextDecoder>()
function decodeWith(label: string, bytes: Uint8Array): string {
  if (label === 'latin1') return Buffer.from(bytes).toString('latin1')
  let decoder = decoders.get(label)
  if (!decoder) {
    decoder = new TextDecoder(label)
    decoders.set(label, decoder)
  }
  return decoder.decode(bytes)
}

function decodeRun(label: string, kind: string, run: Uint8Array): string {
  if (kind !== 'g0double') return decodeWith(label, run)
  // Two-byte sets in G0: with the high bits set they are EUC; JIS X 0212 has a prefix byte there.
  const out: number[] = []
  for (let i = 0; i < run.length; i++) {
    const byte = run[i] as number
    if (byte <= 0x20) out.push(byte)
    else {
      if (label === 'jis-x-0212') out.push(0x8f)
      out.push(byte | 0x80, (run[++i] ?? 0x21) | 0x80)
    }
  }
  return decodeWith('euc-jp', Uint8Array.from(out))
}

/** A term as DECODERS names it: code extensions like the plain set, and the misspellings that writers are known for. */
function definedTerm(term: string): string {
  const plain = term.trim().toUpperCase()
  const number = /^ISO[ _-]*(?:2022)?[ _-]*IR[ _-]*(\d+)$/.exec(plain)?.[1]
  if (number !== undefined) return `ISO_IR ${number}`
  if (/^UTF[ _-]?8$/.test(plain)) return 'ISO_IR 192'
  return plain.replace(/^ISO 2022 /, '')
}

/**
 * Text of bytes under a Specific Character Set value (`\`-separated terms). Unknown terms read as Latin-1,
 * which keeps ASCII right.
 */
export function decodeText(bytes: Uint8Array, characterSet: string): string {
  const terms = characterSet.split('\\').map(definedTerm)
  const first = DECODERS[terms[0] ?? ''] ?? 'latin1'
  if (!bytes.includes(0x1b)) {
    // Without escapes the first term holds; multi-byte standalone sets have no escapes at all.
    return decodeWith(first, bytes)
  }
  let out = ''
  let label = first
  let kind = 'single'
  let at = 0
  while (at < bytes.length) {
    if (bytes[at] === 0x1b) {
      const rest = Buffer.from(bytes.subarray(at + 1, at + 4)).toString('latin1')
      const found = ESCAPES.find(([escape]) => rest.startsWith(escape))
      if (found) {
        ;[, label, kind] = found
        at += 1 + found[0].length
      } else at++
      continue
    }
    let end = at
    // Control characters and the separators of names and values return to the first set (PS3.5 6.1.2.5.3).
    while (end < bytes.length && bytes[end] !== 0x1b && !isDelimiter(bytes[end] as number, kind)) end++
    out += decodeRun(label, kind, bytes.subarray(at, end))
    at = end
    if (at < bytes.length && bytes[at] !== 0x1b) {
      out += String.fromCharCode(bytes[at] as number)
      at++
      label = first
      kind = 'single'
    }
  }
  return out
}

function isDelimiter(byte: number, kind: string): boolean {
  if (byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x09) return true
  // `^`, `=` and `\` may be halves of a character in two-byte sets of G0.
  return kind !== 'g0double' && (byte === 0x5e || byte === 0x3d || byte === 0x5c)
}
