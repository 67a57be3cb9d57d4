/** Planted opacities and where they truly are. */
import type { Anatomy } from './anatomy.js'
import type { Random } from './random.js'
import { clamp, field, noise, step, type Field } from './raster.js'

export type OpacityKind = 'lobar consolidation' | 'bronchopneumonia' | 'interstitial haze'
export type Zone = 'upper' | 'middle' | 'lower' | 'whole'
export type Side = 'right' | 'left'

/** One opacity to plant, before its place is measured. */
export type OpacityPlan = { kind: OpacityKind; zone: Zone; side: Side; strength: number; size: number }

/** Where an opacity lies in the finished frame; fractions of its width and height, origin top left. */
export type PlantedOpacity = {
  kind: OpacityKind
  zone: Zone
  /** The patient's side. */
  side: Side
  box: { x: number; y: number; width: number; height: number }
  /** Weighted by how much is planted there. */
  centre: { x: number; y: number }
}

/** Which opacities a case of pneumonia carries. */
export function planOpacities(rng: Random): OpacityPlan[] {
  const side = rng.chance(0.6) ? 'right' : 'left'
  const other: Side = side === 'right' ? 'left' : 'right'
  const draw = rng.next()
  if (draw < 0.52) {
    const zone = rng.pick<Zone>(['upper', 'middle', 'lower', 'lower', 'lower'])
    const first: OpacityPlan = {
      kind: 'lobar consolidation',
      zone,
      side,
      strength: rng.range(0.62, 0.82),
      size: rng.range(1.05, 1.3),
    }
    if (!rng.chance(0.15)) return [first]
    return [first, { ...first, side: other, zone: 'lower', strength: 0.48, size: 0.8 }]
  }
  if (draw < 0.8) {
    const patch = (at: Side, zone: Zone): OpacityPlan => ({
      kind: 'bronchopneumonia',
      zone,
      side: at,
      strength: rng.range(0.54, 0.7),
      size: rng.range(1.15, 1.45),
    })
    const plans = [patch(side, rng.pick<Zone>(['middle', 'lower']))]
    if (rng.chance(0.65)) plans.push(patch(other, rng.pick<Zone>(['middle', 'lower'])))
    return plans
  }
  const strength = rng.range(0.38, 0.52)
  return (['right', 'left'] as const).map((at) => ({
    kind: 'interstitial haze',
    zone: 'whole',
    side: at,
    strength: strength * rng.range(0.9, 1.1),
    size: 1,
  }))
}

/** Pixel to body units: x' = xx x + xy y + x0, y' = yx x + yy y + y0. */
export type ToBody = { xx: number; xy: number; x0: number; yx: number; yy: number; y0: number }

const HEIGHT: Record<Zone, number> = { upper: -0.42, middle: 0, lower: 0.2, whole: -0.08 }

/**
 * Adds the opacities to `target` inside the lungs.
 * @param lungs 0..1, how much aerated lung lies along the ray
 */
export function plant(
  target: Field,
  plans: readonly OpacityPlan[],
  lungs: Field,
  anatomy: Anatomy,
  toBody: ToBody,
  scale: number,
  rng: Random,
): PlantedOpacity[] {
  if (plans.length === 0) return []
  const { rows, columns } = target
  const coarse = noise(rows, columns, 0.09 * scale, rng.fork('coarse'))
  const fine = noise(rows, columns, 0.03 * scale, rng.fork('fine'))
  const mesh = noise(rows, columns, 0.021 * scale, rng.fork('mesh'))
  return plans.map((plan, index) => {
    const shape = shapeOf(plan, anatomy, rng.fork(`shape${index}`))
    const layer = field(rows, columns)
    let peak = 0
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const at = y * columns + x
        const air = lungs.values[at] as number
        if (air <= 0.02) continue
        const bx = toBody.xx * x + toBody.xy * y + toBody.x0
        const by = toBody.yx * x + toBody.yy * y + toBody.y0
        const ragged = 0.11 * (coarse.values[at] as number)
        let v = shape(bx, by, ragged)
        if (v <= 0) continue
        if (plan.kind === 'lobar consolidation') {
          v *= 1 + 0.12 * (coarse.values[at] as number) + 0.07 * (fine.values[at] as number)
        } else if (plan.kind === 'bronchopneumonia') {
          v *= clamp(
            0.82 + 0.24 * (coarse.values[at] as number) + 0.15 * (fine.values[at] as number),
            0.1,
            1.5,
          )
        } else {
          const net = 1 - Math.min(1, Math.abs(mesh.values[at] as number) * 1.7)
          v *= clamp(0.55 + 0.22 * (coarse.values[at] as number) + 0.55 * net, 0.1, 1.5)
        }
        v *= plan.strength * Math.min(1, air * 1.15)
        layer.values[at] = v
        if (v > peak) peak = v
      }
    }
    const found = measure(layer, peak * 0.4)
    for (let i = 0; i < layer.values.length; i++) {
      target.values[i] = (target.values[i] as number) + (layer.values[i] as number)
    }
    return { kind: plan.kind, zone: plan.zone, side: plan.side, ...found }
  })
}

type Shape = (x: number, y: number, ragged: number) => number

function shapeOf(plan: OpacityPlan, anatomy: Anatomy, rng: Random): Shape {
  const s = plan.side === 'right' ? -1 : 1
  const { centre, halfWidth } = anatomy.lung
  const cy = HEIGHT[plan.zone] + rng.normal(0.03)
  if (plan.kind === 'interstitial haze') {
    // Thickest around the hila, thinning to the edge.
    return (x, y) => {
      const dx = (s * x - centre * 0.72) / (halfWidth * 1.25)
      const dy = (y - cy) / 0.62
      return clamp(1.12 - 0.75 * (dx * dx + dy * dy))
    }
  }
  if (plan.kind === 'bronchopneumonia') {
    const spots = Array.from({ length: rng.whole(6, 11) }, () => ({
      x: s * (centre + rng.normal(0.12)),
      y: cy + rng.normal(0.13),
      r: rng.range(0.06, 0.12) * plan.size,
      v: rng.range(0.65, 1),
    }))
    return (x, y, ragged) => {
      let v = 0
      for (const spot of spots) {
        const dx = (x - spot.x) / spot.r
        const dy = (y - spot.y) / spot.r
        const d2 = dx * dx + dy * dy
        if (d2 < 4) v += spot.v * step(1 - Math.sqrt(d2) + ragged, 0.6)
      }
      return Math.min(v, 1.15)
    }
  }
  const cx = s * (centre + (plan.zone === 'middle' ? -0.05 : 0) + rng.normal(0.03))
  const rx = halfWidth * 0.84 * plan.size
  const ry = (plan.zone === 'upper' ? 0.3 : plan.zone === 'middle' ? 0.26 : 0.28) * plan.size
  // A fissure gives one border its edge: upper lobe from below, middle lobe from above.
  const fissure = plan.zone === 'upper' ? 1 : plan.zone === 'middle' ? -1 : 0
  const edge = cy + fissure * ry * 0.62
  const slope = s * rng.range(0.02, 0.14)
  const bronchi = Array.from({ length: 3 }, (_, i) => ({
    angle: rng.range(-0.25, 0.25) + (i - 1) * 0.5 + (plan.zone === 'upper' ? -0.9 : 0.7),
    width: rng.range(0.008, 0.013),
  }))
  return (x, y, ragged) => {
    const dx = (x - cx) / rx
    const dy = (y - cy) / ry
    let v = step(1 - Math.sqrt(dx * dx + dy * dy) + ragged, 0.42)
    if (v <= 0) return 0
    if (fissure !== 0) v *= step(fissure * (edge + slope * (x - cx) - y), 0.016)
    // Air bronchograms: thin dark lines from the hilum into the consolidation.
    for (const bronchus of bronchi) {
      const hx = s * x - 0.15
      const hy = y + 0.03
      const along = hx * Math.cos(bronchus.angle) + hy * Math.sin(bronchus.angle)
      const off = Math.abs(hy * Math.cos(bronchus.angle) - hx * Math.sin(bronchus.angle))
      if (along > 0.08 && along < 0.4) v *= 1 - 0.22 * step(bronchus.width - off, 0.008)
    }
    return v
  }
}

function measure(layer: Field, threshold: number): Pick<PlantedOpacity, 'box' | 'centre'> {
  const { rows, columns, values } = layer
  let [x0, y0, x1, y1] = [columns, rows, 0, 0]
  let [sum, sx, sy] = [0, 0, 0]
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const v = values[y * columns + x] as number
      if (v <= threshold || v === 0) continue
      if (x < x0) x0 = x
      if (x > x1) x1 = x
      if (y < y0) y0 = y
      if (y > y1) y1 = y
      sum += v
      sx += v * (x + 0.5)
      sy += v * (y + 0.5)
    }
  }
  if (sum === 0) return { box: { x: 0, y: 0, width: 0, height: 0 }, centre: { x: 0.5, y: 0.5 } }
  return {
    box: {
      x: x0 / columns,
      y: y0 / rows,
      width: (x1 + 1 - x0) / columns,
      height: (y1 + 1 - y0) / rows,
    },
    centre: { x: sx / sum / columns, y: sy / sum / rows },
  }
}
