/** Small model packs written for tests: a real ONNX graph of four nodes, and every way to spoil it. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  floats,
  intAttribute,
  intsAttribute,
  joined,
  message,
  node,
  number,
  tensorInfo,
  text,
} from './onnxWriter.js'

export type GraphFault = {
  weights?: readonly [number, number]
  external?: boolean
  operator?: string
  domain?: string
  /** An embedding that is not the mean of the patches. */
  notAdditive?: boolean
}

/** image [n,1,h,w] -> mean grey g -> patches [n,1,2] = (g + .1) * weights -> embedding [n,2]. */
export function tinyOnnx(fault: GraphFault = {}): Uint8Array {
  const averaged = fault.notAdditive === true ? 'shifted' : 'patches'
  const overOne = [intsAttribute('axes', [1]), intAttribute('keepdims', 0)]
  return joined(
    number(1, 8),
    message(
      7,
      node('GlobalAveragePool', ['image'], ['pooled']),
      node('ReduceMean', ['pooled'], ['grey'], [intsAttribute('axes', [3]), intAttribute('keepdims', 0)]),
      node('Add', ['grey', 'offset'], ['raised']),
      node(fault.operator ?? 'Mul', ['raised', 'weights'], ['patches']),
      node('Add', ['patches', 'shift'], ['shifted']),
      node('ReduceMean', [averaged], ['mean'], overOne),
      node('LpNormalization', ['mean'], ['embedding'], [intAttribute('axis', 1), intAttribute('p', 2)]),
      text(2, 'tiny'),
      floats('weights', [1, 1, 2], fault.weights ?? [0.6, 0.8], fault.external === true),
      floats('offset', [1], [0.1], false),
      floats('shift', [1, 1, 2], [3, 0], false),
      tensorInfo(11, 'image', ['n', 1, 'h', 'w']),
      tensorInfo(12, 'patches', ['n', 1, 2]),
      tensorInfo(12, 'embedding', ['n', 2]),
    ),
    message(8, text(1, ''), number(2, 13)),
    ...(fault.domain === undefined ? [] : [message(8, text(1, fault.domain), number(2, 1))]),
  )
}

/** A manifest that fits {@link tinyOnnx}; `hashes` of the files as they are. */
export function tinyManifest(id: string, files: Record<string, Uint8Array>): Record<string, unknown> {
  return {
    schema: 1,
    id,
    name: 'Tiny encoder for tests',
    version: '1',
    dimension: 2,
    labels: ['NORMAL'],
    towers: {
      image: {
        file: 'image.onnx',
        input: 'image',
        channels: 1,
        range: [0, 1],
        inputSize: [1, 1],
        grid: [1, 1],
        receptiveField: 1,
        outputs: { patches: 'patches', embedding: 'embedding' },
      },
    },
    files: Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
    ),
    training: {},
    population: 'None: drawn numbers.',
    intendedUse: 'Tests.',
    limits: ['Knows nothing.'],
    licence: 'Apache-2.0',
    attribution: [],
  }
}

/** Writes `<dir>/<id>/` and returns it. `spoil` changes the manifest before it is written. */
export async function writeTinyPack(
  dir: string,
  id: string,
  options: {
    graph?: Uint8Array
    spoil?: (manifest: Record<string, unknown>) => void
    files?: Record<string, Uint8Array>
  } = {},
): Promise<string> {
  const folder = join(dir, id)
  const files = { 'image.onnx': options.graph ?? tinyOnnx(), ...options.files }
  const manifest = tinyManifest(id, files)
  options.spoil?.(manifest)
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  await writeFile(join(folder, 'model.json'), JSON.stringify(manifest))
  return folder
}
