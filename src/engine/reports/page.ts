/**
 * A tagged page writer over pdfkit: one column of flowing text, figures and tables, with running heads and feet as
 * artifacts. It breaks lines and pages itself, so that every piece of text lies in exactly one marked content.
 */
import PDFDocument from 'pdfkit'
import { hasRightToLeft, visualOrder } from './bidi.js'
import { registerFonts, writable, type Face } from './fonts.js'
import type { ReportPicture } from './pictures.js'

export type Element = ReturnType<InstanceType<typeof PDFDocument>['struct']>
export type Ink = { face?: Face; size?: number; colour?: string; leading?: number }
export type Paper = 'A4' | 'Letter'
type Open = InstanceType<typeof PDFDocument>

export const INK = '#15191e'
export const QUIET = '#59636f'
const MARGIN = { side: 42, top: 40, bottom: 52 }

export class Page {
  readonly #document: Open
  readonly #root: Element
  readonly left = MARGIN.side
  readonly width: number
  readonly #height: number
  readonly #chunks: Buffer[] = []
  readonly #finished: Promise<void>
  y = MARGIN.top
  /** Characters were replaced because the typeface lacks them. */
  hasMissing = false

  /** @param title goes into the metadata, which pdfkit writes unescaped: a constant of ours only */
  constructor(paper: Paper, title: string, created: Date) {
    this.#document = new PDFDocument({
      size: paper === 'A4' ? 'A4' : 'LETTER',
      margin: 0,
      bufferPages: true,
      autoFirstPage: true,
      pdfVersion: '1.7',
      subset: 'PDF/A-3a',
      tagged: true,
      displayTitle: true,
      lang: 'en',
      // Every face is embedded: without this pdfkit opens the standard Helvetica, which PDF/A refuses.
      font: '',
      info: { Title: title, Creator: 'Hilum', Producer: 'Hilum (pdfkit)', CreationDate: created },
    })
    this.#document.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.#finished = new Promise((resolve, reject) => {
      this.#document.on('end', resolve)
      this.#document.on('error', reject)
    })
    registerFonts(this.#document)
    this.width = this.#document.page.width - 2 * MARGIN.side
    this.#height = this.#document.page.height
    this.#root = this.#document.struct('Document')
    this.#document.addStructure(this.#root)
  }

  get bottom(): number {
    return this.#height - MARGIN.bottom
  }

  /** An empty structure element under `parent`, or under the document. */
  element(type: string, parent?: Element, options: Record<string, unknown> = {}): Element {
    const element = this.#document.struct(type, options)
    ;(parent ?? this.#root).add(element)
    return element
  }

  /** Begins a new page unless `height` still fits on this one. */
  need(height: number): void {
    if (this.y + height > this.bottom) this.newPage()
  }

  newPage(): void {
    this.#document.addPage()
    this.y = MARGIN.top
  }

  lines(text: string, width: number, ink: Ink = {}): string[] {
    this.#use(ink)
    const out: string[] = []
    for (const part of text.split(/\r\n|\r|\n|\u2028|\u2029/)) {
      const clean = writable(part, this.#document, () => (this.hasMissing = true))
      out.push(...this.#wrap(clean, width))
    }
    return out
  }

  /**
   * Text from the current y on, over as many pages as it takes.
   * @returns the y below it
   */
  text(
    parent: Element | undefined,
    type: string,
    text: string,
    options: Ink & { x?: number; width?: number; gap?: number } = {},
  ): number {
    const { x = this.left, width = this.width - (x - this.left), gap = 0 } = options
    const leading = options.leading ?? leadingOf(options)
    const lines = this.lines(text, width, options)
    const element = this.element(type, parent)
    while (lines.length > 0) {
      if (this.y + leading > this.bottom) this.newPage()
      const fit = Math.max(1, Math.floor((this.bottom - this.y) / leading))
      const now = lines.splice(0, fit)
      this.#content(element, () => {
        now.forEach((line, i) => this.#line(line, x, this.y + i * leading, options, width))
      })
      this.y += now.length * leading
    }
    element.end()
    this.y += gap
    return this.y
  }

  /** Text at a place of its own; the current y stays. @returns the y below it */
  textAt(
    parent: Element | undefined,
    type: string,
    text: string,
    at: Ink & { x: number; y: number; width: number; most?: number; align?: 'right' },
  ): number {
    const leading = at.leading ?? leadingOf(at)
    let lines = this.lines(text, at.width, at)
    if (at.most !== undefined && lines.length > at.most)
      lines = [...lines.slice(0, at.most - 1), `${lines[at.most - 1] ?? ''} …`]
    const element = this.element(type, parent)
    this.#content(element, () => {
      this.#use(at)
      lines.forEach((line, i) => {
        const x = at.align === 'right' ? at.x + at.width - this.#document.widthOfString(line) : at.x
        this.#line(line, x, at.y + i * leading, at, at.align === 'right' ? undefined : at.width)
      })
    })
    element.end()
    return at.y + lines.length * leading
  }

  /** A picture centred in a black box, as a figure with its alternative text. */
  figure(
    parent: Element | undefined,
    picture: ReportPicture,
    alt: string,
    box: { x: number; y: number; width: number; height: number },
  ): void {
    const scale = Math.min(box.width / picture.width, box.height / picture.height)
    const [width, height] = [picture.width * scale, picture.height * scale]
    const x = box.x + (box.width - width) / 2
    const y = box.y + (box.height - height) / 2
    const element = this.element('Figure', parent, {
      alt: writable(alt, this.#fonted(), () => undefined),
      bbox: [box.x, box.y, box.x + box.width, box.y + box.height],
    })
    this.#content(element, () => {
      this.#document.rect(box.x, box.y, box.width, box.height).fill('#000000')
      this.#document.image(picture.jpeg, x, y, { width, height })
    })
    element.end()
  }

  /** Drawing that means nothing to a reader: rules, frames, grounds. */
  decoration(draw: (document: Open) => void): void {
    this.#document.markContent('Artifact', { type: 'Layout' })
    this.#document.save()
    draw(this.#document)
    this.#document.restore()
    this.#document.endMarkedContent()
  }

  rule(colour = '#c3c9d0', thickness = 0.6): void {
    const y = this.y
    this.decoration((d) => d.rect(this.left, y, this.width, thickness).fill(colour))
  }

  /** Writes head and foot on every page, attaches nothing more, and ends. */
  async finish(
    foot: (page: number, pages: number) => { left: string; right: string },
    attach: (document: Open) => void,
  ): Promise<{ pdf: Buffer; pages: number }> {
    const document = this.#document
    const { count } = document.bufferedPageRange()
    for (let page = 0; page < count; page++) {
      document.switchToPage(page)
      const { left, right } = foot(page + 1, count)
      const y = this.#height - 34
      document.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] })
      document.rect(this.left, y - 6, this.width, 0.6).fill('#c3c9d0')
      const ink: Ink = { size: 7.5, colour: QUIET }
      this.#line(this.#clean(left, ink), this.left, y, ink)
      const clean = this.#clean(right, ink)
      this.#line(clean, this.left + this.width - document.widthOfString(clean), y, ink)
      document.endMarkedContent()
    }
    this.#root.end()
    attach(document)
    // ISO 14289-1 5 and ISO 19005-3 6.6.2.3.3: the UA identifier, with the schema that PDF/A asks to be declared.
    ;(document as unknown as { appendXML(xml: string): void }).appendXML(UA_XMP)
    document.end()
    await this.#finished
    return { pdf: Buffer.concat(this.#chunks), pages: count }
  }

  #clean(text: string, ink: Ink): string {
    this.#use(ink)
    return writable(text, this.#document, () => (this.hasMissing = true))
  }

  #fonted(): Open {
    this.#use({})
    return this.#document
  }

  #content(element: Element, draw: () => void): void {
    element.add(() => {
      this.#document.save()
      draw()
      this.#document.restore()
    })
  }

  #use(ink: Ink): void {
    this.#document.font(ink.face ?? 'regular').fontSize(ink.size ?? 9)
  }

  /** @param width of the column, at whose right edge a line that runs from right to left begins */
  #line(line: string, x: number, y: number, ink: Ink, width?: number): void {
    if (line === '') return
    this.#use(ink)
    this.#document.fillColor(ink.colour ?? INK)
    if (!hasRightToLeft(line)) this.#document.text(line, x, y, { lineBreak: false })
    else this.#wordByWord(line.split(/\s+/u), x, y, width)
  }

  /** Written in the order they are read in, each where it belongs. */
  #wordByWord(words: readonly string[], x: number, y: number, width: number | undefined): void {
    const space = this.#document.widthOfString(' ')
    const { order, fromRight } = visualOrder(words)
    const widths = words.map((word) => this.#document.widthOfString(word))
    const total = widths.reduce((sum, each) => sum + each + space, -space)
    const places: number[] = []
    let at = fromRight && width !== undefined ? x + Math.max(0, width - total) : x
    for (const word of order) {
      places[word] = at
      at += (widths[word] as number) + space
    }
    words.forEach((word, i) => this.#document.text(word, places[i] as number, y, { lineBreak: false }))
  }

  #wrap(text: string, width: number): string[] {
    const out: string[] = []
    let line = ''
    for (const word of text.split(/(?<=\s)/u)) {
      const longer = line + word
      if (this.#document.widthOfString(longer.trimEnd()) <= width) {
        line = longer
        continue
      }
      if (line !== '') out.push(line.trimEnd())
      line = word
      while (this.#document.widthOfString(line.trimEnd()) > width) {
        const fit = this.#fitting(line, width)
        out.push(line.slice(0, fit))
        line = line.slice(fit)
      }
    }
    out.push(line.trimEnd())
    return out
  }

  /** How many characters of a word that is wider than the column fit into it. */
  #fitting(word: string, width: number): number {
    let [low, high] = [1, word.length]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.#document.widthOfString(word.slice(0, middle)) <= width) low = middle
      else high = middle - 1
    }
    return low
  }
}

const leadingOf = (ink: Ink) => (ink.size ?? 9) * 1.38

const UA_XMP = `
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`
