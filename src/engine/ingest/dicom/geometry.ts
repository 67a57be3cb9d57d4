/** Pixel spacing, aspect and orientation letters (PS3.3 10.7, C.7.6.1.1.1, C.7.6.2.1.1). */
import type { OpenImage } from '../../imaging/samples.js'
import type { Attributes } from './attributes.js'

type Geometry = Pick<OpenImage, 'aspect' | 'spacing' | 'orientation'>

function pair(attributes: Attributes | undefined, tag: string): [number, number] | undefined {
  const [row, column] = attributes?.numbers(tag) ?? []
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : undefined
}

/** Letters of a direction in patient coordinates, strongest first: L, PL … */
function letters(x: number, y: number, z: number): string {
  const parts: [number, string][] = [
    [Math.abs(x), x > 0 ? 'L' : 'R'],
    [Math.abs(y), y > 0 ? 'P' : 'A'],
    [Math.abs(z), z > 0 ? 'H' : 'F'],
  ]
  return parts
    .filter(([size]) => size > 0.2)
    .sort((a, b) => b[0] - a[0])
    .map(([, letter]) => letter)
    .join('')
}

export function geometry(
  attributes: Attributes,
  shared: Attributes | undefined,
  perFrame: Attributes | undefined,
  warnings: string[],
): Geometry {
  const measures = perFrame?.items('x00289110')[0] ?? shared?.items('x00289110')[0]
  const patient = pair(measures, 'x00280030') ?? pair(attributes, 'x00280030')
  const imager = pair(attributes, 'x00181164')
  const nominal = pair(attributes, 'x00182010')
  const projection = /^(CR|DX|RG|PX|IO|MG|XA|RF)$/.test(attributes.text('x00080060') ?? '')
  const calibrated =
    patient !== undefined &&
    projection &&
    attributes.text('x00280a02') !== undefined &&
    imager !== undefined &&
    (imager[0] !== patient[0] || imager[1] !== patient[1])
  // On a projection image Pixel Spacing equals the detector's unless it says how it was calibrated (PS3.3 10.7.1.3).
  const found = patient ?? imager ?? nominal
  const kind = calibrated ? 'calibrated' : projection || patient === undefined ? 'detector' : 'patient'
  const ratio = pair(attributes, 'x00280034')
  const aspect = found ? found[0] / found[1] : ratio ? ratio[0] / ratio[1] : 1
  if (Math.abs(aspect - 1) > 0.01)
    warnings.push(`Pixels are not square (height to width ${aspect.toFixed(3)}).`)
  const [row, column] = [attributes.text('x00200020', 0), attributes.text('x00200020', 1)]
  const plane = perFrame?.items('x00209116')[0] ?? shared?.items('x00209116')[0] ?? attributes
  const cosines = plane.numbers('x00200037')
  let orientation: [string, string] | undefined
  if (row !== undefined && column !== undefined) orientation = [row, column]
  else if (cosines.length === 6) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = cosines
    orientation = [letters(a, b, c), letters(d, e, f)]
  }
  return {
    aspect,
    ...(found ? { spacing: { row: found[0], column: found[1], kind } } : {}),
    ...(orientation ? { orientation } : {}),
  }
}
