/** The bones of the frontal chest, drawn over its soft tissue. */
import { placer, sides, type Anatomy, type Exposure } from './anatomy.js'
import type { Random } from './random.js'
import {
  BONE,
  CRISP,
  SOFT,
  clamp,
  field,
  step,
  stroke,
  type Field,
  type Point,
  type Profile,
} from './raster.js'
import { chestWall } from './softTissue.js'

/** Ribs, clavicles, arms, spine and, in small children, the head. */
export function addBones(depth: Field, anatomy: Anatomy, exposure: Exposure, rng: Random): void {
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
