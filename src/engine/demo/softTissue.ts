/** Soft tissue of the frontal chest: trunk, mediastinum, heart, abdomen, and the air of the lungs. */
import type { Anatomy, Exposure } from './anatomy.js'
import { clamp, step } from './raster.js'

/** A function of the height y alone, tabulated: it is asked for at every pixel. */
function tabulated(of: (y: number) => number): (y: number) => number {
  const table = Float32Array.from({ length: 1025 }, (_, i) => of(-2 + i / 256))
  return (y) => table[Math.round((clamp(y, -2, 2) + 2) * 256)] as number
}

/** Inner edge of the chest wall at the height y: narrow at the apex, rounder in children. */
export function chestWall(y: number, { lung, young }: Anatomy): number {
  const t = clamp((y - lung.apex) / (-0.02 - lung.apex))
  const grow = Math.sqrt(clamp(1 - (1 - t) ** 2.3))
  return (
    lung.centre + lung.halfWidth * (grow * (1 + 0.1 * (1 - young)) - (1 - grow) * 0.55) + 0.035 * clamp(y)
  )
}

/** Half-width of the trunk, neck and shoulders at the height y. */
function trunkAt(y: number, anatomy: Anatomy): number {
  const waist =
    anatomy.trunk - 0.05 * clamp(y - 0.1, 0, 1) + 0.03 * clamp(0.2 - y, 0, 1) * (1 - anatomy.young)
  if (y > -0.5) return waist
  const neck = 0.2 + 0.03 * anatomy.young
  const t = clamp((y + 1.06) / 0.56)
  return neck + (waist + 0.06 - neck) * Math.pow(t, 0.5) - 0.06 * t
}

/** Optical depth of the trunk, the heart and the great vessels at a point of the body, given the air there. */
export function tissueOf(anatomy: Anatomy, exposure: Exposure) {
  const { lung } = anatomy
  const inner = 2 * (lung.centre + lung.halfWidth)
  const heartWidth = (anatomy.cardiothoracicRatio * inner) / 2
  const hx = 0.085 + anatomy.heart.shift + 0.02 * exposure.turn
  const hy = 0.2 - 0.07 * anatomy.young
  const ct = Math.cos(anatomy.heart.tilt)
  const st = Math.sin(anatomy.heart.tilt)
  const trunk = tabulated((y) => trunkAt(y, anatomy))
  return (x: number, y: number, aerated: number): number => {
    const w = trunk(y)
    const inside = step(w - Math.abs(x), 0.012)
    let a = 0
    if (inside > 0) {
      const across = clamp(1 - (x / w) ** 2)
      a = inside * (0.25 + 0.8 * Math.sqrt(Math.sqrt(across)) * Math.sqrt(across))
      a -= 0.66 * aerated * (0.8 + 0.2 * across)
      // Mediastinum: narrow above, with the great vessels' bulges and, in small children, the thymus.
      const width =
        0.115 + 0.035 * clamp(y + 0.35, 0, 1) + anatomy.thymus * step(0.3 - Math.abs(y + 0.35), 0.2)
      const m = step(width - Math.abs(x - 0.012 * exposure.turn), 0.045) * step(y + 1, 0.12)
      a += 0.3 * m
      const knob = 1 - ((x - 0.1) / 0.1) ** 2 - ((y + 0.33) / 0.11) ** 2
      if (knob > 0) a += 0.2 * Math.sqrt(knob) * (1 - 0.55 * anatomy.young)
      const pulmonary = 1 - ((x - 0.12) / 0.1) ** 2 - ((y + 0.14) / 0.12) ** 2
      if (pulmonary > 0) a += 0.16 * Math.sqrt(pulmonary)
      const u = (x - hx) * ct + (y - hy) * st
      const v = -(x - hx) * st + (y - hy) * ct
      const ventricle = 1 - (u / (heartWidth * 1.06)) ** 2 - (v / (heartWidth * 0.84)) ** 2
      if (ventricle > 0)
        a += 0.7 * Math.sqrt(Math.sqrt(ventricle)) * Math.sqrt(ventricle + 0.15) * (1 - 0.4 * m)
      const atrium = 1 - ((x + 0.075) / (heartWidth * 0.44)) ** 2 - ((y - hy + 0.01) / 0.25) ** 2
      if (atrium > 0) a += 0.36 * Math.sqrt(atrium) * (1 - 0.5 * m)
      // Descending aorta's left edge behind the heart.
      a += 0.05 * step(0.035 - Math.abs(x - 0.07), 0.015) * step(y + 0.3, 0.1)
      a += abdomen(x, y, anatomy) * inside
      if (anatomy.breast > 0) {
        const bx = Math.abs(x) - 0.42
        const by = y - 0.24
        const breast = 1 - (bx / 0.27) ** 2 - (by / 0.25) ** 2
        if (breast > 0) a += anatomy.breast * 1.7 * Math.sqrt(breast) * (0.5 + 0.5 * step(by, 0.2))
      }
      // Trachea and main bronchi.
      const trachea = step(0.036 - Math.abs(x - 0.006 - 0.012 * exposure.turn), 0.014) * step(-0.2 - y, 0.03)
      a -= 0.17 * trachea * step(y + 1.1, 0.1)
      const bronchus = Math.abs(y + 0.2 - Math.abs(x) * (x < 0 ? 1.15 : 0.75)) / 1.4
      if (Math.abs(x) < 0.15 && y > -0.22) a -= 0.1 * step(0.022 - bronchus, 0.012)
    }
    return Math.max(0, a)
  }
}

function domeAt(x: number, anatomy: Anatomy): number {
  const side = x < 0 ? 0 : 1
  const { centre, halfWidth, domes } = anatomy.lung
  const t = (Math.abs(x) - centre * 0.86) / (halfWidth * 1.12)
  return domes[side] + 0.17 * t * t
}

const BOWEL = [
  [0.14, 0.33, 0.11],
  [-0.2, 0.47, 0.09],
  [0.42, 0.42, 0.1],
] as const

function abdomen(x: number, y: number, anatomy: Anatomy): number {
  const below = y - domeAt(x, anatomy)
  if (below < -0.03) return 0
  let a = (x < 0 ? 0.36 : 0.3) * step(below, 0.022) * (0.55 + 0.45 * clamp(below * 3))
  if (anatomy.gastricBubble > 0) {
    const g = 1 - ((x - 0.33) / 0.15) ** 2 - ((below - 0.16) / 0.075) ** 2
    if (g > 0) a -= anatomy.gastricBubble * Math.sqrt(g)
  }
  if (anatomy.bowelGas > 0) {
    for (const [gx, gy, r] of BOWEL) {
      const g = 1 - ((x - gx) / r) ** 2 - ((below - gy) / (r * 0.75)) ** 2
      if (g > 0) a -= anatomy.bowelGas * Math.sqrt(g)
    }
  }
  return a
}

/** Aerated lung along the ray, 0..1. */
export function airOf(anatomy: Anatomy, exposure: Exposure) {
  const { centre, halfWidth, apex } = anatomy.lung
  const wall = tabulated((y) => chestWall(y, anatomy))
  return (x: number, y: number): number => {
    if (y < apex - 0.05 || y > 0.85 || Math.abs(x) > centre + halfWidth * 1.4) return 0
    const side = x < 0 ? -1 : 1
    const outer = wall(y)
    const innerEdge = 0.115 + 0.03 * clamp(y + 0.3) + 0.07 * (1 - step(y - apex - 0.13, 0.13))
    const inside = Math.min(outer - side * x, side * x - innerEdge)
    if (inside < -0.03) return 0
    const edge = step(outer - side * x, 0.022) * step(side * x - innerEdge, 0.05) * step(y - apex, 0.04)
    const thick = 0.62 + 0.38 * clamp((outer - side * x) / 0.16)
    // A turned patient: the side nearer the detector looks denser.
    return edge * thick * step(domeAt(x, anatomy) - y, 0.016) * (1 + 0.05 * side * exposure.turn)
  }
}
