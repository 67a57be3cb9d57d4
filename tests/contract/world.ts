/** What every contract test stands on: an own folder, a copy of the model, drawn radiographs on disk. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { HilumClient } from '../../src/shared/transport.js'
import { listPackFolders } from '../../src/engine/encoders/modelPacks.js'
import { dicom, labelledNpz, png } from '../fixtures/pictures.js'

export type World = {
  /** User data of a fresh user. */
  userData: string
  modelDirs: string[]
  /** `NORMAL/` and `PNEUMONIA/` with six drawn PNG each. */
  cases: string
  /** A PNG that is none of them. */
  query: string
  /** The same bytes as `NORMAL/a.png`. */
  known: string
  /** A DICOM frontal and lateral of one study, and a second patient's frontal. */
  frontal: string
  lateral: string
  otherPatient: string
  npz: string
  /** A text file named .png. */
  notAnImage: string
  remove(): Promise<void>
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']

export async function makeWorld(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'hilum-contract-'))
  const models = join(root, 'models')
  // A copy: the pack in the tree may be exchanged while tests run.
  const [pack] = await listPackFolders([resolve(__dirname, '../../resources/models')])
  if (pack === undefined) throw new Error('resources/models holds no model pack')
  await cp(pack, join(models, basename(pack)), { recursive: true })

  const cases = join(root, 'cases')
  for (const [at, finding] of (['NORMAL', 'PNEUMONIA'] as const).entries()) {
    await mkdir(join(cases, finding), { recursive: true })
    for (const [i, name] of NAMES.entries())
      await writeFile(join(cases, finding, `${name}.png`), await png(100 + at * 50 + i, { finding }))
  }
  const file = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    const path = join(root, name)
    await writeFile(path, bytes)
    return path
  }
  const header = { patientId: 'TEST-A', patientName: 'TEST^A', studyKey: 'test/a' }
  return {
    userData: join(root, 'user'),
    modelDirs: [models],
    cases,
    query: await file('query.png', await png(7, { finding: 'PNEUMONIA' })),
    known: await file('known.png', await png(100, { finding: 'NORMAL' })),
    frontal: await file('frontal.dcm', dicom(8, { view: 'AP', header: { ...header, seriesNumber: 2 } })),
    lateral: await file('lateral.dcm', dicom(8, { view: 'LL', header: { ...header, seriesNumber: 1 } })),
    otherPatient: await file('other.dcm', dicom(9, { view: 'PA' })),
    npz: await file('set.npz', labelledNpz({ train: 40, val: 8 })),
    notAnImage: await file('letter.png', 'Dear colleague, thank you for referring this patient.'),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

/** A client as a hostile page would use it: any method name, any payload. */
export function unchecked(
  client: HilumClient,
): (method: string, payload: unknown) => ReturnType<HilumClient['call']> {
  return (method, payload) => client.call(method as 'engine.status', payload as Record<string, never>)
}
