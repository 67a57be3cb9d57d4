/** Draws one frame with WebGL 2: 16-bit values in an integer texture, window or VOI LUT in the shader. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import { levelFor, type Drawing, type Lens, type Shade } from './drawing.js'
import { inverse, type Affine } from './geometry.js'
import { pyramid } from './pyramid.js'
import { FRAGMENT, VERTEX } from './shaders.js'

const LUT_WIDTH = 4096
type LevelTexture = { texture: WebGLTexture; rows: number; columns: number }

function compiled(gl: WebGL2RenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type)
  if (!shader) throw new Error('WebGL gives no shader')
  gl.shaderSource(shader, source)
  gl.compileShader(shader)
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS))
    throw new Error(gl.getShaderInfoLog(shader) ?? 'shader')
  return shader
}

export class FrameRenderer implements Drawing {
  readonly #gl: WebGL2RenderingContext
  readonly #program: WebGLProgram
  readonly #places = new Map<string, WebGLUniformLocation | null>()
  #levels: LevelTexture[] = []
  #lut: WebGLTexture | undefined
  #colour: WebGLTexture | undefined
  #frame: ViewerFrame | undefined

  /** @returns undefined where WebGL 2 is not to be had */
  static on(canvas: HTMLCanvasElement): FrameRenderer | undefined {
    const gl = canvas.getContext('webgl2', { antialias: false, alpha: false })
    return gl ? new FrameRenderer(gl) : undefined
  }

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    const program = gl.createProgram()
    gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, VERTEX))
    gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, FRAGMENT))
    gl.linkProgram(program)
    if (!gl.getProgramParameter(program, gl.LINK_STATUS))
      throw new Error(gl.getProgramInfoLog(program) ?? 'program')
    this.#program = program
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  }

  #texture(filter: number): WebGLTexture {
    const gl = this.#gl
    const texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter)
    gl.texParameteri(
      gl.TEXTURE_2D,
      gl.TEXTURE_MAG_FILTER,
      filter === gl.LINEAR_MIPMAP_LINEAR ? gl.LINEAR : filter,
    )
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
    return texture
  }

  #clear(): void {
    const gl = this.#gl
    for (const level of this.#levels) gl.deleteTexture(level.texture)
    if (this.#lut) gl.deleteTexture(this.#lut)
    if (this.#colour) gl.deleteTexture(this.#colour)
    this.#levels = []
    this.#lut = this.#colour = undefined
  }

  load(frame: ViewerFrame): void {
    const gl = this.#gl
    this.#clear()
    this.#frame = frame
    const { rows, columns, pixels } = frame
    if (frame.format === 'rgb8') {
      this.#colour = this.#texture(gl.LINEAR_MIPMAP_LINEAR)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, columns, rows, 0, gl.RGB, gl.UNSIGNED_BYTE, pixels)
      gl.generateMipmap(gl.TEXTURE_2D)
      return
    }
    // A copy, because the bytes may start at an odd place; signed values are moved up by 32768.
    const copy = pixels.slice()
    const values = new Uint16Array(copy.buffer, 0, rows * columns)
    if (frame.format === 'int16')
      for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) ^ 0x8000
    for (const level of pyramid({ rows, columns, values })) {
      const texture = this.#texture(gl.NEAREST)
      gl.texImage2D(
        gl.TEXTURE_2D,
        0,
        gl.R16UI,
        level.columns,
        level.rows,
        0,
        gl.RED_INTEGER,
        gl.UNSIGNED_SHORT,
        level.values,
      )
      this.#levels.push({ texture, rows: level.rows, columns: level.columns })
    }
    if (frame.voiLut) {
      const height = Math.ceil(frame.voiLut.values.length / LUT_WIDTH)
      const table = new Float32Array(LUT_WIDTH * height)
      table.set(frame.voiLut.values)
      this.#lut = this.#texture(gl.NEAREST)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, LUT_WIDTH, height, 0, gl.RED, gl.FLOAT, table)
    }
  }

  #at(name: string): WebGLUniformLocation | null {
    const known = this.#places.get(name)
    if (known !== undefined) return known
    const place = this.#gl.getUniformLocation(this.#program, name)
    this.#places.set(name, place)
    return place
  }

  draw(placed: Affine, canvas: { width: number; height: number }, shade: Shade, lens: Lens): void {
    const gl = this.#gl
    const frame = this.#frame
    gl.viewport(0, 0, canvas.width, canvas.height)
    gl.clearColor(0, 0, 0, 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
    if (!frame) return
    gl.useProgram(this.#program)
    const level = levelFor(this.#levels, placed)
    const bind = (unit: number, name: string, texture: WebGLTexture | undefined) => {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, texture ?? null)
      gl.uniform1i(this.#at(name), unit)
    }
    bind(0, 'grey', level?.texture)
    bind(1, 'colour', this.#colour)
    bind(2, 'lut', this.#lut)
    const back = inverse(placed)
    gl.uniform1i(this.#at('isColour'), frame.format === 'rgb8' ? 1 : 0)
    gl.uniform2f(this.#at('size'), level?.columns ?? 1, level?.rows ?? 1)
    gl.uniform2f(this.#at('full'), frame.columns, frame.rows)
    gl.uniform2f(this.#at('canvasSize'), canvas.width, canvas.height)
    gl.uniformMatrix3fv(this.#at('toImage'), false, [
      back[0],
      back[1],
      0,
      back[2],
      back[3],
      0,
      back[4],
      back[5],
      1,
    ])
    gl.uniform1f(this.#at('offset'), frame.format === 'int16' ? 32768 : 0)
    gl.uniform1f(this.#at('slope'), frame.slope)
    gl.uniform1f(this.#at('intercept'), frame.intercept)
    gl.uniform1f(this.#at('center'), shade.center)
    gl.uniform1f(this.#at('width'), shade.width)
    gl.uniform1i(this.#at('shape'), { LINEAR: 0, LINEAR_EXACT: 1, SIGMOID: 2, LUT: 3 }[shade.function])
    gl.uniform1f(this.#at('lutFirst'), frame.voiLut?.first ?? 0)
    gl.uniform1f(this.#at('lutCount'), frame.voiLut?.values.length ?? 1)
    gl.uniform1i(this.#at('white'), shade.invert ? 1 : 0)
    gl.uniform1i(this.#at('padded'), frame.pixelPadding === undefined ? 0 : 1)
    gl.uniform2f(this.#at('padding'), frame.pixelPadding?.low ?? 0, frame.pixelPadding?.high ?? 0)
    gl.uniform3f(this.#at('lens'), lens?.x ?? 0, lens?.y ?? 0, lens?.radius ?? 0)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }

  dispose(): void {
    this.#clear()
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext()
  }
}
