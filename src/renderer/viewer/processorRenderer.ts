/**
 * Draws one frame on the processor. Without a graphics card a browser runs shaders on the processor too, slowly: here the image
 * is laid on the canvas once for each place it has, and a change of the window is one look into a table for each pixel.
 */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import { levelFor, LENS_ZOOM, type Drawing, type Lens, type Shade } from './drawing.js'
import { times, type Affine } from './geometry.js'
import { fillGreyTable, scaleOf, type Scale } from './greyTable.js'
import { pyramid, type Level } from './pyramid.js'
import { resample, type Box } from './resample.js'

export class ProcessorRenderer implements Drawing {
  readonly #ctx: CanvasRenderingContext2D
  #frame: ViewerFrame | undefined
  #levels: Level[] = []
  #colour: HTMLCanvasElement | undefined
  #scale: Scale = { least: 0, steps: 1 }
  #used = 0
  readonly #table = new Uint32Array(65536)
  #tableOf: Shade | undefined
  #indices = new Uint16Array(0)
  #picture: ImageData | undefined
  /** Where the indices were laid, and with which magnifier. */
  #laid = ''

  constructor(ctx: CanvasRenderingContext2D) {
    this.#ctx = ctx
  }

  load(frame: ViewerFrame): void {
    this.dispose()
    this.#frame = frame
    const { rows, columns, pixels } = frame
    if (frame.format === 'rgb8') {
      this.#colour = colourCanvas(rows, columns, pixels)
      return
    }
    const copy = pixels.slice()
    const values = new Uint16Array(copy.buffer, 0, rows * columns)
    let [least, most] = [65535, 0]
    // Signed values are moved up by 32768, as in the texture.
    const flip = frame.format === 'int16' ? 0x8000 : 0
    for (let i = 0; i < values.length; i++) {
      const value = (values[i] as number) ^ flip
      values[i] = value
      if (value < least) least = value
      if (value > most) most = value
    }
    this.#levels = pyramid({ rows, columns, values })
    this.#scale = scaleOf(least, most)
    this.#used = Math.min(65535, Math.ceil((most - least) * this.#scale.steps) + 1)
  }

  draw(placed: Affine, canvas: { width: number; height: number }, shade: Shade, lens: Lens): void {
    const frame = this.#frame
    if (!frame) return
    const { width, height } = canvas
    const ctx = this.#ctx
    if (this.#colour) {
      drawColour(ctx, this.#colour, placed, width, height, lens)
      return
    }
    if (!this.#picture || this.#picture.width !== width || this.#picture.height !== height) {
      this.#picture = ctx.createImageData(width, height)
      this.#indices = new Uint16Array(width * height)
      this.#laid = ''
    }
    const laid = `${placed.join(' ')} ${lens ? `${lens.x} ${lens.y} ${lens.radius}` : ''}`
    if (laid !== this.#laid) {
      this.#lay(placed, width, height, lens)
      this.#laid = laid
    }
    if (!this.#tableOf || !sameShade(this.#tableOf, shade)) {
      const offset = frame.format === 'int16' ? 32768 : 0
      const { least, steps } = this.#scale
      fillGreyTable(this.#table, this.#used, frame, shade, { least: least - offset, steps })
      this.#tableOf = shade
    }
    const out = new Uint32Array(this.#picture.data.buffer)
    const [table, indices] = [this.#table, this.#indices]
    for (let i = 0; i < out.length; i++) out[i] = table[indices[i] as number] as number
    ctx.putImageData(this.#picture, 0, 0)
    if (lens) ring(ctx, lens)
  }

  #lay(placed: Affine, width: number, height: number, lens: Lens): void {
    const level = levelFor(this.#levels, placed)
    if (!level || !this.#frame) return
    const whole = { left: 0, top: 0, right: width, bottom: height }
    resample(level, this.#frame, placed, width, whole, this.#scale, this.#indices)
    if (!lens) return
    const magnified = enlarged(placed, lens)
    const fine = levelFor(this.#levels, magnified) ?? level
    for (
      let y = Math.max(0, Math.ceil(lens.y - lens.radius));
      y < Math.min(height, lens.y + lens.radius);
      y++
    ) {
      const half = Math.sqrt(Math.max(0, lens.radius ** 2 - (y + 0.5 - lens.y) ** 2))
      const row: Box = {
        left: Math.max(0, Math.round(lens.x - half)),
        right: Math.min(width, Math.round(lens.x + half)),
        top: y,
        bottom: y + 1,
      }
      if (row.right > row.left) resample(fine, this.#frame, magnified, width, row, this.#scale, this.#indices)
    }
  }

  dispose(): void {
    this.#levels = []
    this.#colour = undefined
    this.#frame = undefined
    this.#laid = ''
    this.#tableOf = undefined
  }
}

const sameShade = (a: Shade, b: Shade): boolean =>
  a.center === b.center && a.width === b.width && a.function === b.function && a.invert === b.invert

/** The image as the magnifier shows it: larger about the magnifier's middle. */
function enlarged(placed: Affine, { x, y }: NonNullable<Lens>): Affine {
  return times([LENS_ZOOM, 0, 0, LENS_ZOOM, x - x * LENS_ZOOM, y - y * LENS_ZOOM], placed)
}

function ring(ctx: CanvasRenderingContext2D, { x, y, radius }: NonNullable<Lens>): void {
  ctx.beginPath()
  ctx.arc(x, y, radius - 0.75, 0, 2 * Math.PI)
  ctx.lineWidth = 1.5
  ctx.strokeStyle = '#fff'
  ctx.stroke()
}

function colourCanvas(rows: number, columns: number, pixels: Uint8Array): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  const data = new ImageData(columns, rows)
  for (let pixel = 0, from = 0; from < rows * columns * 3; pixel += 4, from += 3) {
    data.data[pixel] = pixels[from] ?? 0
    data.data[pixel + 1] = pixels[from + 1] ?? 0
    data.data[pixel + 2] = pixels[from + 2] ?? 0
    data.data[pixel + 3] = 255
  }
  canvas.getContext('2d')?.putImageData(data, 0, 0)
  return canvas
}

function drawColour(
  ctx: CanvasRenderingContext2D,
  colour: HTMLCanvasElement,
  placed: Affine,
  width: number,
  height: number,
  lens: Lens,
): void {
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.fillStyle = '#000'
  ctx.fillRect(0, 0, width, height)
  ctx.imageSmoothingQuality = 'high'
  ctx.setTransform(...placed)
  ctx.drawImage(colour, 0, 0)
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  if (!lens) return
  ctx.save()
  ctx.beginPath()
  ctx.arc(lens.x, lens.y, lens.radius, 0, 2 * Math.PI)
  ctx.clip()
  ctx.fillRect(0, 0, width, height)
  ctx.setTransform(...enlarged(placed, lens))
  ctx.drawImage(colour, 0, 0)
  ctx.restore()
  ring(ctx, lens)
}
