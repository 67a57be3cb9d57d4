/**
 * Synthetic chest phantoms: drawn from a seed, never taken of a person, and saying so on every picture.
 * Nothing here was traced or learned from a radiograph.
 */
import { drawAnatomy, drawExposure, type AgeGroup, type Exposure } from './anatomy.js'
import { drawFrontal } from './frontal.js'
import { drawLateral } from './lateral.js'
import { burnSynthetic, write } from './lettering.js'
import { planOpacities, type OpacityPlan, type PlantedOpacity } from './opacities.js'
import { random } from './random.js'
import { blur, clamp, resize, type Field } from './raster.js'

export type PhantomOptions = {
  /** 28 … 4096; without them a moderate size from the seed. */
  rows?: number
  columns?: number
  finding?: 'NORMAL' | 'PNEUMONIA'
  group?: AgeGroup
  sex?: 'F' | 'M'
  view?: 'AP' | 'PA' | 'LL'
  /** Seed of the body, where the same person comes again: proportions, sex and age are drawn from it. */
  body?: number
  /** Opacities to plant instead of drawn ones. */
  opacities?: readonly OpacityPlan[]
}

export type PhantomTruth = {
  seed: number
  view: 'AP' | 'PA' | 'LL'
  group: AgeGroup
  sex: 'F' | 'M'
  /** Years; fractions below two. */
  age: number
  cardiothoracicRatio: number
  opacities: PlantedOpacity[]
}

/** `values`: rows * columns, 0 black (air) to 65535 white (bone), row by row. */
export type Phantom = { rows: number; columns: number; values: Uint16Array; truth: PhantomTruth }

/** The finding a phantom is labelled with. */
export function findingOf(truth: PhantomTruth): 'NORMAL' | 'PNEUMONIA' {
  return truth.opacities.length > 0 ? 'PNEUMONIA' : 'NORMAL'
}

/** Above this the anatomy is drawn smaller and enlarged; grain and letters are drawn at full size. */
const BASE_PIXELS = 130_000
const SMALLEST_BASE = 280

export function drawPhantom(seed: number, options: PhantomOptions = {}): Phantom {
  const rng = random(seed)
  const body = options.body === undefined ? rng : random(options.body)
  const facts = body.fork('facts')
  const frame = rng.fork('frame')
  const drawn = facts.next()
  const group = options.group ?? (drawn < 0.3 ? 'infant' : drawn < 0.72 ? 'child' : 'adult')
  const sex = options.sex ?? (facts.chance(0.5) ? 'F' : 'M')
  const view = options.view ?? (group === 'adult' && facts.chance(0.8) ? 'PA' : 'AP')
  const rows = options.rows ?? frame.whole(320, 520)
  const columns = options.columns ?? Math.round(rows * frame.range(1, 1.24))
  const sick = options.finding ?? (frame.chance(0.5) ? 'PNEUMONIA' : 'NORMAL')
  const plans = options.opacities ?? (sick === 'PNEUMONIA' ? planOpacities(rng.fork('plan')) : [])

  const shrink = Math.sqrt(BASE_PIXELS / (rows * columns))
  const enlarge = SMALLEST_BASE / Math.min(rows, columns)
  const factor = Math.max(Math.min(1, shrink), Math.min(enlarge, shrink))
  const baseRows = Math.round(rows * factor)
  const baseColumns = Math.round(columns * factor)
  const anatomy = drawAnatomy(body.fork('anatomy'), group, sex === 'F')
  const exposure = drawExposure(rng.fork('exposure'), baseRows, baseColumns, anatomy.young)
  const draw = view === 'LL' ? drawLateral : drawFrontal
  const { depth, opacities } = draw(baseRows, baseColumns, anatomy, exposure, plans, rng.fork('chest'))
  blur(depth, Math.max(1, Math.round((1.5 - exposure.sharpness) * 2)))
  develop(depth, exposure)
  const picture = resize(depth, rows, columns)
  grain(picture, exposure.noise, rng.fork('grain'))
  addMarker(picture, exposure, factor, view)
  burnSynthetic(picture)
  const values = new Uint16Array(rows * columns)
  for (let i = 0; i < values.length; i++) values[i] = Math.round(clamp(picture.values[i] as number) * 65535)
  return {
    rows,
    columns,
    values,
    truth: {
      seed,
      view,
      group,
      sex,
      age: ageOf(group, anatomy.young, facts.next()),
      cardiothoracicRatio: Math.round(anatomy.cardiothoracicRatio * 1000) / 1000,
      opacities,
    },
  }
}

/** Phantoms that are in no demo library: their seeds lie above every library's. */
export function heldOutPhantoms(n: number, seed = 1): Phantom[] {
  return Array.from({ length: n }, (_, i) => drawPhantom(HELD_OUT + seed * 100_000 + i))
}
export const HELD_OUT = 1_000_000_000

function ageOf(group: AgeGroup, young: number, draw: number): number {
  if (group === 'infant') return Math.round((0.2 + (1 - young) * 7) * 10) / 10
  if (group === 'child') return Math.round(2 + Math.pow((0.75 - young) / 0.4, 1.5) * 12)
  return Math.round(18 + draw * 68)
}

/** Optical depth to display grey: the film's S-curve, then the collimator's shadow. */
function develop(depth: Field, exposure: Exposure): void {
  const { rows, columns, values } = depth
  const [x0, y0, x1, y1] = exposure.field
  const lean = Math.tan((exposure.fieldTilt * Math.PI) / 180)
  const collimated = x0 + y0 > 0 || x1 < columns || y1 < rows
  const curve = Float32Array.from({ length: 2048 }, (_, i) => {
    const v = Math.pow((i / 512) * (exposure.gain / 1.72), 0.95 * exposure.gamma)
    return 0.025 + 0.93 * Math.min(1.02, v < 1.4 ? v * (1 - 0.14 * v * v) : 1)
  })
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x
      const v = curve[Math.min(2047, Math.max(0, (values[at] as number) * 512) | 0)] as number
      if (!collimated) {
        values[at] = v
        continue
      }
      const sx = x + (y - rows / 2) * lean
      const sy = y - (x - columns / 2) * lean
      const shade = clamp(Math.min(sx - x0, x1 - sx, sy - y0, y1 - sy) / 2.5 + 0.5)
      values[at] = v * (0.02 + 0.98 * shade)
    }
  }
}

/** Quantum noise: strongest where little light arrives, slightly correlated as in a detector. */
function grain(picture: Field, sigma: number, rng: ReturnType<typeof random>): void {
  const { columns, values } = picture
  const fine = columns < 200 ? 0.5 : 1
  const table = Float32Array.from({ length: 4096 }, () => rng.normal(1))
  let before = 0
  let offset = rng.whole(0, 4095)
  for (let i = 0; i < values.length; i++) {
    if (i % 997 === 0) offset = rng.whole(0, 4095)
    const n = table[(i * 7 + offset + ((i * i) >>> 9)) & 4095] as number
    const v = values[i] as number
    values[i] = v + sigma * fine * (0.55 + 0.9 * v) * (n + 0.5 * before)
    before = n
  }
}

function addMarker(picture: Field, exposure: Exposure, factor: number, view: string): void {
  const { rows, columns } = picture
  const side = Math.min(rows, columns)
  if (side < 120 || view === 'LL') {
    if (side >= 120) write(picture, 'L', columns * 0.92, rows * 0.12, side * 0.04, 0.95)
    return
  }
  const right = exposure.turn > -0.25
  const x = right
    ? Math.max(exposure.field[0] / factor + side * 0.045, columns * 0.06)
    : columns - side * 0.075
  const y = exposure.field[1] / factor + rows * 0.115
  write(picture, right ? 'R' : 'L', x, y, side * 0.042, 0.97)
}
