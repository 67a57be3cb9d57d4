/** Which renderer a canvas gets: WebGL 2 where a graphics card draws it, else the processor without the detour. */
import type { Drawing } from './drawing.js'
import { ProcessorRenderer } from './processorRenderer.js'
import { FrameRenderer } from './renderer.js'

/** Names that Chromium, Firefox and Mesa give to shaders run on the processor. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i

let card: boolean | undefined

/** True where WebGL 2 is drawn by a graphics card. Asked once. */
function hasCard(): boolean {
  if (card !== undefined) return card
  const gl = document.createElement('canvas').getContext('webgl2')
  const names = gl?.getExtension('WEBGL_debug_renderer_info')
  card = gl !== null && !SOFTWARE.test(String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)))
  gl?.getExtension('WEBGL_lose_context')?.loseContext()
  return card
}

/** @returns undefined where a canvas gives no context at all */
export function drawingOn(canvas: HTMLCanvasElement): Drawing | undefined {
  if (hasCard()) return FrameRenderer.on(canvas)
  const ctx = canvas.getContext('2d', { alpha: false })
  return ctx ? new ProcessorRenderer(ctx) : undefined
}
