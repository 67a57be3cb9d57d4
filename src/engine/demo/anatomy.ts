/** The body behind one phantom: proportions, pose and exposure, drawn once from the seed. */
import type { Random } from './random.js'
import type { Point } from './raster.js'

/** The right and the left of the body, as signs of its x axis. */
export const sides = [-1, 1] as const

export type AgeGroup = 'infant' | 'child' | 'adult'

/** Lengths in body units: 1 is about half the height of the chest; x grows to the image's right, y down. */
export type Anatomy = {
  group: AgeGroup
  /** 1 newborn … 0 adult. */
  young: number
  /** Half-width of the trunk. */
  trunk: number
  lung: { centre: number; halfWidth: number; apex: number; domes: readonly [right: number, left: number] }
  /** Heart width over the thorax' inner width. */
  cardiothoracicRatio: number
  heart: { shift: number; tilt: number }
  /** Wide upper mediastinum of small children. */
  thymus: number
  ribs: { slope: number; thickness: number; density: number }
  clavicles: { rise: number; length: number }
  arms: 'down' | 'raised' | 'out'
  fat: number
  breast: number
  gastricBubble: number
  bowelGas: number
  vessels: number
  spineTilt: number
}

export function drawAnatomy(rng: Random, group: AgeGroup, female: boolean): Anatomy {
  const young = group === 'infant' ? rng.range(0.75, 1) : group === 'child' ? rng.range(0.35, 0.75) : 0
  const halfWidth = 0.335 - 0.045 * young + rng.normal(0.01)
  const centre = halfWidth + 0.055 + 0.012 * young
  const inflation = rng.normal(0.035)
  const fat = Math.max(0, rng.normal(0.05) + 0.03)
  return {
    group,
    young,
    trunk: centre + halfWidth + 0.15 + 0.02 * young + fat,
    lung: {
      centre,
      halfWidth,
      apex: -0.79 + 0.06 * young + rng.normal(0.012),
      domes: [0.4 + inflation - 0.05 * young, 0.455 + inflation - 0.04 * young + rng.normal(0.015)],
    },
    cardiothoracicRatio: 0.445 + 0.075 * young + rng.normal(0.022),
    heart: { shift: rng.normal(0.012), tilt: 0.62 - 0.22 * young + rng.normal(0.06) },
    thymus: young > 0.5 && rng.chance(0.5) ? rng.range(0.03, 0.09) : 0,
    ribs: {
      slope: 0.22 - 0.11 * young + rng.normal(0.02),
      thickness: 0.023 + 0.001 * young + rng.normal(0.0012),
      density: rng.range(0.85, 1.15),
    },
    clavicles: { rise: 0.1 + rng.normal(0.03), length: 0.56 - 0.06 * young },
    arms: group === 'adult' ? 'out' : rng.pick(['down', 'raised', 'out']),
    fat,
    breast: group === 'adult' && female ? rng.range(0.03, 0.11) : 0,
    gastricBubble: rng.chance(0.75) ? rng.range(0.12, 0.34) : 0,
    bowelGas: young > 0.3 ? rng.range(0, 0.26) : 0,
    vessels: rng.range(0.8, 1.15),
    spineTilt: rng.normal(0.012),
  }
}

/** Pose on the detector and exposure. */
export type Exposure = {
  /** Pixels a body unit. */
  scale: number
  originX: number
  originY: number
  rotation: number
  /** Patient turned about the long axis: the near lung grows darker, the mediastinum shifts. */
  turn: number
  gain: number
  gamma: number
  noise: number
  /** Left, top, right, bottom edge of the collimated field, pixels. */
  field: readonly [number, number, number, number]
  /** Degrees by which the collimator is turned. */
  fieldTilt: number
  sharpness: number
}

/** Body units to pixels. */
export function placer(exposure: Exposure): (x: number, y: number) => Point {
  const c = Math.cos(exposure.rotation) * exposure.scale
  const s = Math.sin(exposure.rotation) * exposure.scale
  return (x, y) => [exposure.originX + c * x - s * y, exposure.originY + s * x + c * y]
}

export function drawExposure(rng: Random, rows: number, columns: number, young: number): Exposure {
  const side = Math.min(rows, columns * 0.97)
  const zoom = rng.range(0.99, 1.14) * (1 - 0.06 * young)
  const scale = (side / 2.02) * zoom
  const margin = () => (rng.chance(0.45) ? rng.range(0.005, 0.05) : 0)
  return {
    scale,
    originX: columns / 2 + rng.normal(0.018) * columns,
    originY: rows / 2 + (0.03 + rng.normal(0.02)) * rows,
    rotation: rng.normal(0.022),
    turn: rng.normal(0.3),
    gain: rng.range(0.94, 1.08),
    gamma: rng.range(0.92, 1.1),
    noise: rng.range(0.004, 0.014),
    field: [margin() * columns, margin() * rows, columns * (1 - margin()), rows * (1 - margin())],
    fieldTilt: rng.normal(0.4),
    sharpness: rng.range(0.6, 1),
  }
}
