/** What both renderers of the viewer share: the graphics card's and the processor's. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import type { Affine } from './geometry.js'

export type Shade = {
  center: number
  width: number
  function: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID' | 'LUT'
  invert: boolean
}
/** The magnifier's middle and radius on the canvas, device pixels. */
export type Lens = { x: number; y: number; radius: number } | undefined
/** How much larger the magnifier shows; the shader has the same number. */
export const LENS_ZOOM = 2.5

/** Draws one frame on one canvas. */
export interface Drawing {
  load(frame: ViewerFrame): void
  /** @param placed image pixels to canvas pixels @param canvas size in device pixels */
  draw(placed: Affine, canvas: { width: number; height: number }, shade: Shade, lens: Lens): void
  dispose(): void
}

/** The smallest of the halved copies that still has a pixel for every one on the screen. */
export function levelFor<T>(levels: readonly T[], placed: Affine): T | undefined {
  const scale = Math.hypot(placed[0], placed[1])
  const wanted = Math.max(0, Math.floor(Math.log2(1 / Math.max(scale, 1e-6))))
  return levels[Math.min(wanted, levels.length - 1)]
}
