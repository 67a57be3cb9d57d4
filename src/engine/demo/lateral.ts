/** The lateral chest, left side to the detector, facing the image's left: simpler than the frontal, for studies of two views. */
import type { Anatomy, Exposure } from './anatomy.js'
import { placer } from './anatomy.js'
import { plant, type OpacityPlan, type PlantedOpacity } from './opacities.js'
import type { Random } from './random.js'
import { BONE, SOFT, clamp, field, noise, step, stroke, type Field, type Point } from './raster.js'

/** Front and back of the trunk and the spine's middle at the height y. */
function profileAt(y: number): { front: number; back: number; spine: number } {
  const t = clamp((y + 1) / 1.9)
  return {
    front: -0.34 - 0.3 * Math.sin(Math.PI * clamp(t * 0.78 + 0.06)),
    back: 0.5 + 0.14 * Math.sin(Math.PI * clamp(t + 0.05)),
    spine: 0.31 + 0.15 * Math.sin(Math.PI * clamp(t + 0.08)) - 0.04 * t,
  }
}

export function drawLateral(
  rows: number,
  columns: number,
  anatomy: Anatomy,
  exposure: Exposure,
  plans: readonly OpacityPlan[],
  rng: Random,
): { depth: Field; opacities: PlantedOpacity[] } {
  const depth = field(rows, columns)
  const lungs = field(rows, columns)
  const { scale } = exposure
  const dome = (x: number, low: number) =>
    low - 0.14 + 0.5 * Math.max(0, x + 0.12) ** 2 + 0.12 * Math.max(0, -x - 0.12)
  const size = 0.2 + 0.3 * (anatomy.cardiothoracicRatio - 0.4)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const bx = (x - exposure.originX) / scale
      const by = (y - exposure.originY) / scale
      const { front, back, spine } = profileAt(by)
      const at = y * columns + x
      const inside = step(Math.min(bx - front, back - bx), 0.014)
      if (inside === 0) continue
      const middle = (front + back) / 2
      const across = clamp(1 - ((bx - middle) / ((back - front) / 2)) ** 2)
      let a = inside * (0.35 + 0.85 * Math.sqrt(across))
      const inLung = Math.min(bx - front - 0.085 - 0.02 * clamp(-by), spine + 0.1 - bx)
      const top = step(by - anatomy.lung.apex - 1.1 * (bx - 0.14) ** 2, 0.1)
      const air =
        step(inLung, 0.03) *
        top *
        (0.55 * step(dome(bx, anatomy.lung.domes[0] + 0.12) - by, 0.014) +
          0.45 * step(dome(bx, anatomy.lung.domes[1] + 0.14) - by, 0.014))
      lungs.values[at] = air
      a -= 0.6 * air
      // The heart lies on the diaphragm behind the sternum, its long axis down and forward.
      const hu = 0.8 * (bx + 0.17) - 0.6 * (by - 0.17)
      const hv = 0.6 * (bx + 0.17) + 0.8 * (by - 0.17)
      const heart = 1 - (hu / size) ** 2 - (hv / (size * 1.2)) ** 2
      if (heart > 0) a += 0.42 * Math.min(1, heart * 1.6) ** 0.6
      const arch = 1 - ((bx - 0.02) / 0.14) ** 2 - ((by + 0.34) / 0.12) ** 2
      if (arch > 0) a += 0.13 * Math.sqrt(arch)
      const hilum = 1 - ((bx - 0.02) / 0.11) ** 2 - ((by + 0.08) / 0.14) ** 2
      if (hilum > 0) a += 0.2 * hilum
      a -=
        0.14 *
        step(0.032 - Math.abs(bx - 0.05 - 0.1 * (by + 0.6)), 0.014) *
        step(-0.16 - by, 0.03) *
        step(by + 1.05, 0.1)
      // Arms are raised: the shoulders' mass lies over the apices.
      a += 0.38 * step(-0.66 - by + 0.25 * bx, 0.2) * inside
      const gas = 1 - ((bx + 0.16) / 0.14) ** 2 - ((by - anatomy.lung.domes[1] - 0.16) / 0.06) ** 2
      if (gas > 0) a -= anatomy.gastricBubble * Math.sqrt(gas)
      depth.values[at] = Math.max(0, a)
    }
  }
  // On a lateral both sides fall together: the plan's height stays, its depth is drawn.
  const flat = plans.map((plan) => ({ ...plan, strength: plan.strength * 0.8 }))
  const place = placer({ ...exposure, rotation: 0 })
  const shift = 0.02 - 0.3
  const mirror = flat[0]?.side === 'right' ? -1 : 1
  const narrow = { ...anatomy, lung: { ...anatomy.lung, centre: 0.28, halfWidth: 0.24 } }
  const opacities = plant(
    depth,
    flat,
    lungs,
    narrow,
    {
      xx: mirror / scale,
      xy: 0,
      x0: mirror * (-exposure.originX / scale - shift),
      yx: 0,
      yy: 1 / scale,
      y0: -exposure.originY / scale,
    },
    scale,
    rng.fork('opacity'),
  )

  const bones = field(rows, columns)
  const thin = field(rows, columns)
  for (let k = 0; k < 10; k++) {
    for (const offset of [0, 0.035]) {
      const y0 = anatomy.lung.apex - 0.04 + k * 0.132 + offset + rng.normal(0.004)
      const points: Point[] = []
      for (let i = 0; i <= 16; i++) {
        const t = i / 16
        const { front, spine } = profileAt(y0)
        const x = spine + 0.12 - (spine + 0.12 - front - 0.1) * t
        points.push(place(x, y0 + 0.46 * t ** 1.3 - 0.07 * Math.sin(Math.PI * t)))
      }
      stroke(thin, points, [0.019 * scale, 0.016 * scale], BONE, offset === 0 ? 1 : 0.8)
    }
  }
  for (let k = 0; k < 20; k++) {
    const y = -1.2 + k * 0.112
    const { spine, back } = profileAt(y)
    for (const t of [-0.35, 0.35]) {
      stroke(
        bones,
        [place(spine - 0.062, y + t * 0.055), place(spine + 0.062, y + t * 0.055)],
        [0.024 * scale, 0.024 * scale],
        BONE,
        0.9,
      )
    }
    stroke(
      bones,
      [place(spine + 0.08, y), place(Math.min(spine + 0.2, back - 0.05), y + 0.07)],
      [0.02 * scale, 0.012 * scale],
      SOFT,
      0.6,
    )
  }
  const sternum: Point[] = []
  for (let i = 0; i <= 10; i++) {
    const y = -0.62 + 0.085 * i
    sternum.push(place(profileAt(y).front + 0.06, y))
  }
  stroke(bones, sternum, [0.026 * scale, 0.024 * scale], BONE, 0.9)
  const grain = noise(rows, columns, Math.max(1.2, 0.022 * scale), rng.fork('grain'))
  for (let i = 0; i < depth.values.length; i++) {
    const add = 0.2 * (bones.values[i] as number) + 0.11 * (thin.values[i] as number)
    const vessel = 0.02 * (grain.values[i] as number) * (lungs.values[i] as number)
    if ((depth.values[i] as number) > 0) depth.values[i] = (depth.values[i] as number) + add + vessel
  }
  return { depth, opacities }
}
