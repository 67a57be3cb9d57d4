/** What is seen inside the lungs of the frontal chest: vessels, texture, and the reaction around an opacity. */
import { placer, sides, type Anatomy, type Exposure } from './anatomy.js'
import type { ToBody } from './opacities.js'
import type { Random } from './random.js'
import { SOFT, clamp, field, noise, stroke, type Field, type Point } from './raster.js'

/** Around a pneumonia the bronchi's walls and the other lung are a little denser too. */
export function addReaction(
  depth: Field,
  lungs: Field,
  exposure: Exposure,
  toBody: ToBody,
  rng: Random,
): void {
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

/** The branching vessels from the hila, with the fine texture of the lung. */
export function addVessels(
  depth: Field,
  lungs: Field,
  anatomy: Anatomy,
  exposure: Exposure,
  rng: Random,
): void {
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
