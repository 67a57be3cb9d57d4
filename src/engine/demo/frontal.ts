/** The frontal chest: optical depth of skin, lungs, mediastinum, bones and vessels. */
import type { Anatomy, Exposure } from './anatomy.js'
import { placer } from './anatomy.js'
import { plant, type OpacityPlan, type PlantedOpacity, type ToBody } from './opacities.js'
import type { Random } from './random.js'
import {
  BONE,
  CRISP,
  SOFT,
  clamp,
  field,
  noise,
  step,
  stroke,
  type Field,
  type Point,
  type Profile,
} from './raster.js'

const sides = [-1, 1] as const

/** @returns optical depth: 0 air, about 0.3 lung, 1 soft tissue of the trunk, 2 heart and spine. */
export function drawFrontal(
  rows: number,
  columns: number,
  anatomy: Anatomy,
  exposure: Exposure,
  plans: readonly OpacityPlan[],
  rng: Random,
): { depth: Field; opacities: PlantedOpacity[] } {
  const depth = field(rows, columns)
  const lungs = field(rows, columns)
  const c = Math.cos(exposure.rotation) / exposure.scale
  const s = Math.sin(exposure.rotation) / exposure.scale
  const toBody: ToBody = {
    xx: c,
    xy: s,
    x0: -c * exposure.originX - s * exposure.originY,
    yx: -s,
    yy: c,
    y0: s * exposure.originX - c * exposure.originY,
  }
  const tissue = tissueOf(anatomy, exposure)
  const air = airOf(anatomy, exposure)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const bx = c * x + s * y + toBody.x0
      const by = c * y - s * x + toBody.y0
      const at = y * columns + x
      const aerated = air(bx, by)
      lungs.values[at] = aerated
      depth.values[at] = tissue(bx, by, aerated)
    }
  }
  const opacities = plant(depth, plans, lungs, anatomy, toBody, exposure.scale, rng.fork('opacity'))
  if (plans.length > 0) addReaction(depth, lungs, exposure, toBody, rng.fork('reaction'))
  addVessels(depth, lungs, anatomy, exposure, rng.fork('vessels'))
  addBones(depth, anatomy, exposure, rng.fork('bones'))
  return { depth, opacities }
}

/** A function of the height y alone, tabulated: it is asked for at every pixel. */
function tabulated(of: (y: number) => number): (y: number) => number {
  const table = Float32Array.from({ length: 1025 }, (_, i) => of(-2 + i / 256))
  return (y) => table[Math.round((clamp(y, -2, 2) + 2) * 256)] as number
}

/** Inner edge of the chest wall at the height y: narrow at the apex, rounder in children. */
function chestWall(y: number, { lung, young }: Anatomy): number {
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

function tissueOf(anatomy: Anatomy, exposure: Exposure) {
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
function airOf(anatomy: Anatomy, exposure: Exposure) {
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

/** Around a pneumonia the bronchi's walls and the other lung are a little denser too. */
function addReaction(depth: Field, lungs: Field, exposure: Exposure, toBody: ToBody, rng: Random): void {
  const { rows, columns } = depth
  const strength = rng.range(0.17, 0.25)
  const cloud = noise(rows, columns, 0.06 * exposure.scale, rng)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x
      const air = lungs.values[at] as number
      if (air === 0) continue
      const bx = Math.abs(toBody.xx * x + toBody.xy * y + toBody.x0) - 0.2
      const by = toBody.yx * x + toBody.yy * y + toBody.y0 - 0.02
      const near = clamp(1.15 - 2.2 * (bx * bx + by * by))
      depth.values[at] =
        (depth.values[at] as number) + strength * near * air * clamp(1 + 0.3 * (cloud.values[at] as number))
    }
  }
}

function addVessels(depth: Field, lungs: Field, anatomy: Anatomy, exposure: Exposure, rng: Random): void {
  const { rows, columns } = depth
  const place = placer(exposure)
  const tree = field(rows, columns)
  const branch = (x: number, y: number, angle: number, length: number, width: number, generation: number) => {
    const points: Point[] = [place(x, y)]
    for (let i = 0; i < 4; i++) {
      angle += rng.normal(0.1)
      x += (Math.cos(angle) * length) / 4
      y += (Math.sin(angle) * length) / 4
      points.push(place(x, y))
    }
    const radius = width * exposure.scale
    stroke(tree, points, [radius, radius * 0.72], SOFT, Math.min(1, 0.35 + width / 0.02))
    if (generation === 0) return
    branch(x, y, angle + 0.34 + rng.normal(0.14), length * 0.74, width * 0.68, generation - 1)
    branch(x, y, angle - 0.36 + rng.normal(0.14), length * 0.76, width * 0.66, generation - 1)
  }
  for (const side of sides) {
    for (const [angle, start] of [
      [-1.25, -0.12],
      [-0.8, -0.08],
      [-0.3, -0.04],
      [0.2, 0],
      [0.62, 0.03],
      [1.05, 0.05],
    ] as const) {
      branch(side * 0.14, start, side > 0 ? angle : Math.PI - angle, 0.19, 0.014, 3)
    }
    const hilum = place(side * 0.15, -0.02)
    const end = place(side * 0.19, 0.12)
    stroke(
      tree,
      [place(side * 0.13, -0.1), hilum, end],
      [0.03 * exposure.scale, 0.022 * exposure.scale],
      SOFT,
      1.1,
    )
  }
  const texture = noise(rows, columns, Math.max(1.2, 0.02 * exposure.scale), rng.fork('texture'))
  for (let i = 0; i < depth.values.length; i++) {
    const air = lungs.values[i] as number
    if (air === 0) continue
    const vessel = 0.17 * anatomy.vessels * (tree.values[i] as number) + 0.014 * (texture.values[i] as number)
    depth.values[i] = Math.max(0, (depth.values[i] as number) + vessel * air)
  }
}

function addBones(depth: Field, anatomy: Anatomy, exposure: Exposure, rng: Random): void {
  const { rows, columns } = depth
  const place = placer(exposure)
  const px = exposure.scale
  const { lung, ribs } = anatomy
  const layer = () => field(rows, columns)
  const add = (source: Field, weight: number) => {
    for (let i = 0; i < source.values.length; i++) {
      if (source.values[i] !== 0)
        depth.values[i] = (depth.values[i] as number) + weight * (source.values[i] as number)
    }
  }
  const posterior = layer()
  const anterior = layer()
  const wall = (y: number) => chestWall(y + 0.02, anatomy) + 0.012
  const first = lung.apex + 0.015
  const pitch = 0.134 - 0.008 * anatomy.young
  for (let k = 0; k < 12; k++) {
    const y0 = first + k * pitch + rng.normal(0.003)
    for (const side of sides) {
      const floating = k > 9
      const drop = ribs.slope * (0.75 + 0.05 * k) + (floating ? 0.07 : 0) + rng.normal(0.006)
      const yEnd = y0 + drop + 0.06
      const reach = floating ? wall(yEnd) * (k === 10 ? 0.8 : 0.6) : wall(yEnd)
      const back: Point[] = []
      for (let i = 0; i <= 18; i++) {
        const t = i / 18
        const x =
          0.07 +
          (reach - 0.07) * (floating ? Math.sin(t * 1.25) / Math.sin(1.25) : Math.sin((t * Math.PI) / 2))
        back.push(
          place(
            side * x,
            y0 -
              0.05 * Math.sin(Math.PI * Math.min(1, t * 1.15)) * (1 - 0.4 * anatomy.young) +
              (yEnd - y0) * t ** 2.2,
          ),
        )
      }
      const r = ribs.thickness * px * (k === 0 ? 1.15 : 1)
      stroke(posterior, back, [r * 0.95, floating ? r * 0.7 : r], BONE, floating ? 0.6 : 1)
      if (k < 1 || k > 8) continue
      const front: Point[] = []
      const medial = 0.27 + 0.02 * k
      for (let i = 0; i <= 12; i++) {
        const t = i / 12
        const x = reach - (reach - medial) * (1 - Math.cos((t * Math.PI) / 2))
        front.push(place(side * x, yEnd + (0.16 - 0.02 * anatomy.young) * Math.sin((t * Math.PI) / 2)))
      }
      stroke(anterior, front, [r * 0.95, r * 1.15], SOFT, 1)
      // The rib turns along the ray at the chest wall and is brightest there.
      stroke(
        posterior,
        [...back.slice(16, 17), ...back.slice(18), ...front.slice(2, 3)],
        [r * 1.05, r],
        BONE,
        1.25,
      )
    }
  }
  add(posterior, 0.2 * ribs.density)
  add(anterior, 0.115 * ribs.density)

  const girdle = layer()
  for (const side of sides) {
    const clavicle: Point[] = []
    for (let i = 0; i <= 16; i++) {
      const t = i / 16
      const x = 0.075 + anatomy.clavicles.length * t
      const y = lung.apex + 0.17 - anatomy.clavicles.rise * t - 0.035 * Math.sin(2 * Math.PI * t)
      clavicle.push(place(side * (x + 0.01 * exposure.turn * side), y))
    }
    stroke(girdle, clavicle, [0.034 * px, 0.026 * px], BONE, 1)
    addArm(girdle, depth, side, anatomy, place, px)
  }
  add(girdle, 0.2)
  addSpine(depth, anatomy, place, px, rng)
  if (anatomy.young > 0.3) addHead(depth, exposure, anatomy)
}

function addArm(
  girdle: Field,
  depth: Field,
  side: number,
  anatomy: Anatomy,
  place: (x: number, y: number) => Point,
  px: number,
): void {
  const shoulder = anatomy.trunk - 0.045
  const y = anatomy.lung.apex + 0.135
  const far = {
    down: [shoulder + 0.2, y + 0.95],
    out: [shoulder + 0.62, y + 0.62],
    raised: [shoulder + 0.42, y - 0.62],
  }[anatomy.arms] as [number, number]
  const joint = place(side * shoulder, y)
  const shaft = [place(side * (shoulder + 0.012), y), place(side * far[0], far[1])]
  stroke(girdle, shaft, [0.046 * px, 0.04 * px], BONE, 0.95)
  stroke(girdle, [joint, place(side * shoulder, y + 0.02)], [0.068 * px, 0.066 * px], CRISP, 0.85)
  const scapula: Point[] = []
  for (let i = 0; i <= 10; i++) {
    const t = i / 10
    scapula.push(place(side * (shoulder - 0.07 - 0.1 * Math.sin(Math.PI * t * 0.85)), y + 0.02 + 0.52 * t))
  }
  stroke(girdle, scapula, [0.05 * px, 0.014 * px], SOFT, 0.5)
  // Flesh fills up to its own thickness, so that arm and trunk flow into each other.
  const flesh = field(depth.rows, depth.columns)
  const round: Profile = { reach: 1, at: (d) => Math.sqrt(clamp(1 - d * d)) }
  const arm = [place(side * (shoulder - 0.12), y + 0.05), ...shaft]
  stroke(flesh, arm, [0.215 * px, (0.125 + anatomy.fat) * px], round, 0.56)
  for (let i = 0; i < flesh.values.length; i++) {
    const v = flesh.values[i] as number
    if (v === 0) continue
    const d = depth.values[i] as number
    depth.values[i] =
      d > v ? d + 0.12 * v * clamp(1.2 - d) : 0.5 * (v + d) + 0.5 * Math.sqrt((v - d) ** 2 + 0.002)
  }
}

function addSpine(
  depth: Field,
  anatomy: Anatomy,
  place: (x: number, y: number) => Point,
  px: number,
  rng: Random,
): void {
  const bone = field(depth.rows, depth.columns)
  const marks = field(depth.rows, depth.columns)
  const pitch = 0.112 - 0.006 * anatomy.young
  for (let k = 0; k < 20; k++) {
    const y = -1.15 + k * pitch + rng.normal(0.002)
    const x = anatomy.spineTilt * (y + 1)
    const half = 0.056 + 0.0012 * k
    const tall = pitch * 0.39
    for (const t of [-0.45, 0, 0.45]) {
      stroke(
        bone,
        [place(x - half, y + t * tall), place(x + half, y + t * tall)],
        [tall * 0.62 * px, tall * 0.62 * px],
        BONE,
        0.8,
      )
    }
    for (const side of sides) {
      stroke(
        marks,
        [place(x + side * half * 0.66, y - 0.008), place(x + side * half * 0.66, y + 0.012)],
        [0.015 * px, 0.013 * px],
        SOFT,
        1,
      )
      stroke(
        bone,
        [place(x + side * half, y - 0.01), place(x + side * (half + 0.05), y - 0.03)],
        [0.018 * px, 0.013 * px],
        SOFT,
        0.8,
      )
    }
    stroke(marks, [place(x, y + 0.01), place(x, y + 0.045)], [0.012 * px, 0.01 * px], SOFT, 0.9)
  }
  for (let i = 0; i < depth.values.length; i++) {
    depth.values[i] =
      (depth.values[i] as number) + 0.125 * (bone.values[i] as number) + 0.08 * (marks.values[i] as number)
  }
}

function addHead(depth: Field, exposure: Exposure, anatomy: Anatomy): void {
  const place = placer(exposure)
  const [cx, cy] = place(0.02 * exposure.turn, -1.32 - 0.02 * anatomy.young)
  const r = 0.37 * exposure.scale
  for (let y = 0; y < depth.rows; y++) {
    for (let x = 0; x < depth.columns; x++) {
      const e = 1 - ((x - cx) / r) ** 2 - ((y - cy) / (r * 0.95)) ** 2
      if (e <= 0) continue
      const at = y * depth.columns + x
      const shell = 0.2 * (1 - step(e - 0.16, 0.1))
      depth.values[at] = (depth.values[at] as number) + Math.sqrt(e) * 0.75 + shell * Math.min(1, e * 12)
    }
  }
}
