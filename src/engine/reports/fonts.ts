/** The report's typefaces, embedded, and visible stand-ins for characters they lack. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type PDFDocument from 'pdfkit'

export type Face = 'regular' | 'bold' | 'mono'

const FILES: Record<Face, string> = {
  regular: 'DejaVuSans.ttf',
  bold: 'DejaVuSans-Bold.ttf',
  mono: 'DejaVuSansMono.ttf',
}
const loaded = new Map<Face, Buffer>()

/** Registers the faces under their names. The files come from the npm package dejavu-fonts-ttf. */
export function registerFonts(document: InstanceType<typeof PDFDocument>): void {
  const find = createRequire(__filename)
  for (const face of Object.keys(FILES) as Face[]) {
    let bytes = loaded.get(face)
    if (bytes === undefined) {
      bytes = readFileSync(find.resolve(`dejavu-fonts-ttf/ttf/${FILES[face]}`))
      loaded.set(face, bytes)
    }
    document.registerFont(face, bytes)
  }
}

/** Stands for a character that no face has. */
export const MISSING = '\u25a1'

type Glyphs = { font: { hasGlyphForCodePoint(codePoint: number): boolean } }

/**
 * Text as the current face can write it. A PDF/A file may not refer to an absent glyph, so what the face lacks
 * and control characters become {@link MISSING}; direction overrides go, since they can make a name read as another.
 * @param onMissing called once when anything was replaced
 */
export function writable(
  text: string,
  document: InstanceType<typeof PDFDocument>,
  onMissing: () => void,
): string {
  const { font } = (document as unknown as { _font: Glyphs })._font
  let out = ''
  let replaced = false
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) as number
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0)
    if (code === 0x09 || code === 0xa0) out += ' '
    else if (!control && INVISIBLE.test(character)) continue
    else if (!control && font.hasGlyphForCodePoint(code)) out += character
    else {
      out += MISSING
      replaced = true
    }
  }
  if (replaced) onMissing()
  return out
}

/** Format controls, joiners, variation selectors, private use and surrogates without a partner. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}\u{fe00}-\u{fe0f}\u{1f3fb}-\u{1f3ff}]/u
