/** The frontal chest: optical depth of skin, lungs, mediastinum, bones and vessels. */
import type { Anatomy, Exposure } from './anatomy.js'
import { addReaction, addVessels } from './lungDetail.js'
import { plant, type OpacityPlan, type PlantedOpacity, type ToBody } from './opacities.js'
import type { Random } from './random.js'
import { field, type Field } from './raster.js'
import { addBones } from './skeleton.js'
import { airOf, tissueOf } from './softTissue.js'

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
