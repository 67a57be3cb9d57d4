/** An engine over drawn radiographs and small packs: everything real, nothing bundled. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tinyOnnx, writeTinyPack } from '../../src/engine/encoders/packFixture.js'
import { writeSiglipPack } from '../../src/engine/encoders/siglipFixture.js'
import type { HilumEvent } from '../../src/shared/contract.js'
import type { Result } from '../../src/shared/errors.js'
import { png } from '../fixtures/pictures.js'
import { startEngine, type RunningEngine } from '../support/engine.js'

/** So many that a change of model takes longer than the time between two words of its progress, on any machine. */
export const IMAGES = 320

export type Running = RunningEngine & { events: HilumEvent[] }
export type ModelWorld = {
  root: string
  /** A SigLIP-like pack, not installed. */
  other: string
  cases: string
  query: string
  start(): Promise<Running>
  remove(): Promise<void>
}

/** A user with the pack `tiny` installed where bundled packs are. */
export async function makeModelWorld(): Promise<ModelWorld> {
  const root = await mkdtemp(join(tmpdir(), 'hilum-models-'))
  const bundled = join(root, 'bundled')
  await writeTinyPack(bundled, 'tiny', { graph: tinyOnnx() })
  const outside = join(root, 'from-a-colleague')
  const other = await writeSiglipPack(outside)
  const cases = join(root, 'cases')
  await mkdir(cases)
  for (let i = 0; i < IMAGES; i++) await writeFile(join(cases, `${i}.png`), await png(300 + i, {}))
  const query = join(root, 'query.png')
  await cp(join(cases, '3.png'), query)
  const userData = join(root, 'user')
  return {
    root,
    other,
    cases,
    query,
    async start() {
      const events: HilumEvent[] = []
      const engine = await startEngine({ userData, modelDirs: [bundled, join(userData, 'models')] })
      engine.client.onEvent((event) => events.push(event))
      return { ...engine, events }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

export function value<T>(result: Result<T>): T {
  if (!result.ok)
    throw new Error(`${result.problem.code}: ${result.problem.message} ${result.problem.detail ?? ''}`)
  return result.value
}
