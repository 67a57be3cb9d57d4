import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StudyFacts } from '@shared/domain/images.js'
import type { Health } from '@shared/domain/measuring.js'
import { HilumError } from '@shared/errors.js'
import { bundleEntries } from '../../../tests/support/entries.js'
import { MeanPoolEncoder } from '../../../tests/support/importing.js'
import { drawnImage, fill, temporaryFolder, TEST_DIMENSION } from '../../../tests/support/library.js'
import { diskLibraries } from '../diskLibraries.js'
import type { Decoder } from '../ports/decoding.js'
import type { NewImage } from '../ports/library.js'
import type { VerifiedPack } from '../ports/models.js'
import { openLibrary } from '../store/openLibrary.js'
import { OpenWorkspace } from '../workspace.js'
import { BackgroundCalibration } from './calibration.js'
import { wilson } from './measuring/wilson.js'
import type { Statistics } from './calibrationPort.js'
import { seeded } from './seeded.js'

let entriesDir: string
let folder: string
const encoder = new MeanPoolEncoder()

beforeAll(async () => {
  entriesDir = await bundleEntries({ faissWorker: 'src/engine/index/faissWorker.ts' })
})
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

/** Two clusters in the embedding space; one case in ten carries the other cluster's finding. */
function clusters(count: number, study: (i: number) => StudyFacts = () => ({})): NewImage[] {
  const next = seeded(5)
  return Array.from({ length: count }, (_, i) => {
    const cluster = i % 2
    const vector = Float32Array.from({ length: TEST_DIMENSION }, (_, d) =>
      d === cluster ? 1 : (next() - 0.5) * 0.4,
    )
    const length = Math.hypot(...vector)
    const finding = (cluster === 0) !== i % 20 < 2 ? 'NORMAL' : 'PNEUMONIA'
    return {
      ...drawnImage(i, { findings: [finding], study: study(i) }),
      embedding: vector.map((value) => value / length),
    }
  })
}

/** A pack that was taught these pictures. */
function packOf(taught: readonly NewImage[]): Pick<VerifiedPack, 'manifest' | 'files'> {
  const lists = { fileSha256: taught.map(({ decoded }) => decoded.facts.sha256.slice(0, 16)) }
  return {
    manifest: { training: { images: 'training-images.json' } } as VerifiedPack['manifest'],
    files: new Map([['training-images.json', new TextEncoder().encode(JSON.stringify(lists))]]),
  }
}

/** Drawn images have no pixels worth looking at: the gate rests on the embeddings alone here. */
const unreadable = {
  decode: () => Promise.reject(new HilumError('IMAGE_TRUNCATED')),
} as unknown as Decoder

/** The library in `folder`, made of `images` where given, and what works out its figures. */
async function opened(images?: readonly NewImage[], taught: readonly NewImage[] = []) {
  if (images !== undefined) {
    const library = openLibrary(folder, { create: true })
    library.bindModel(encoder.modelId, encoder.modelSha256)
    await fill(library, images)
    library.close()
  }
  const workspace = new OpenWorkspace(
    () => encoder,
    () => undefined,
  )
  await workspace.adopt(await diskLibraries(entriesDir).open(folder, {}, encoder))
  const calibration = new BackgroundCalibration(workspace, unreadable, () => packOf(taught), {
    settleMilliseconds: 0,
  })
  return {
    calibration,
    library: workspace.library,
    settled: async () => {
      for (let i = 0; i < 400 && calibration.health().state !== 'ready'; i++)
        await new Promise((resolve) => setTimeout(resolve, 25))
      return { statistics: calibration.current() as Statistics, health: calibration.health() }
    },
    close: async () => {
      await calibration.close()
      await workspace.close()
    },
  }
}

async function measured(
  images: readonly NewImage[],
  taught: readonly NewImage[] = [],
): Promise<{ statistics: Statistics; health: Health }> {
  const library = await opened(images, taught)
  try {
    library.calibration.schedule()
    return await library.settled()
  } finally {
    await library.close()
  }
}

const statisticsOf = async (...images: Parameters<typeof measured>): Promise<Statistics> =>
  (await measured(...images)).statistics

const pValueOf = (statistics: Statistics, scores: readonly number[]): number | undefined =>
  statistics.strangeness({ scores })?.pValue

describe('what the library says about its own cases', () => {
  it('is how often cases with such neighbours carried the finding, with n and an interval around it', async () => {
    const statistics = await statisticsOf(clusters(200))
    const share = statistics.share('NORMAL', 9, 10)
    expect(share?.n).toBeGreaterThanOrEqual(30)
    expect(share?.sameLabel).toBeGreaterThan(0.8)
    expect(share?.sameLabel).toBeLessThan(1)
    expect(share?.low).toBeLessThan(share?.sameLabel as number)
    expect(share?.high).toBeGreaterThan(share?.sameLabel as number)
    expect(statistics.share('NORMAL', 5, 10)).toBeUndefined()
    expect(statistics.share('FRACTURE', 10, 10)).toBeUndefined()
  })

  it('tells a query far from everything from an ordinary one, and near from distant', async () => {
    const statistics = await statisticsOf(clusters(200))
    expect(pValueOf(statistics, [0.97, 0.97, 0.96, 0.96, 0.95])).toBeGreaterThan(0.05)
    expect(pValueOf(statistics, [0.2, 0.2, 0.1, 0.1, 0.1])).toBeCloseTo(1 / 201, 6)
    expect(statistics.closeness(0.999)).toBe('very close')
    expect(statistics.closeness(0.1)).toBe('distant')
  })

  it('never asks cases the model was taught', async () => {
    const images = clusters(200)
    const statistics = await statisticsOf(images, images.slice(0, 180))
    expect(statistics.share('NORMAL', 9, 10)).toBeUndefined()
    expect(pValueOf(statistics, [0.9, 0.9, 0.9])).toBeUndefined()
    expect(statistics.note).toMatch(/new to the model/)
  })

  it('leaves the whole patient out with a case', async () => {
    const one = await statisticsOf(clusters(200, () => ({ patientId: 'P' })))
    expect(pValueOf(one, [0.9])).toBeUndefined()
  })

  it('measures precision, copies, patients and groups, and says what it cannot tell', async () => {
    const images = clusters(600, (i) => ({ patientId: `P${i >> 1}`, patientSex: 'F' }))
    const copy = images[0] as NewImage
    const { health } = await measured([
      ...images,
      { ...drawnImage(999, { findings: ['PNEUMONIA'] }), embedding: copy.embedding },
    ])
    expect(health.precision?.n).toBe(601)
    expect(health.precision?.at['1']?.value).toBeGreaterThan(0.6)
    expect(health.patients.withSeveral).toBe(300)
    expect(health.groups.sex).toEqual({ female: 600, 'not recorded': 1 })
    expect(health.copies.pairs).toBe(1)
    expect(health.history).toHaveLength(1)
    expect(health.reliability?.after.error).toBeLessThan(0.1)
  })

  it('neither asks nor finds laterals', async () => {
    const images = clusters(60)
    const asLateral = ({ decoded, ...rest }: NewImage): NewImage => ({
      ...rest,
      decoded: { ...decoded, view: 'lateral' },
    })
    const { health } = await measured(images.map((each, i) => (i < 40 ? each : asLateral(each))))
    expect(health).toMatchObject({ state: 'ready', asked: 40, cases: 60 })
  })

  it('says that a library with one finding only can tell nothing', async () => {
    const { health } = await measured(clusters(40).map((each) => ({ ...each, findings: ['NORMAL'] })))
    expect(health.remarks.join(' ')).toMatch(/same finding, normal/)
  })

  it('names copies that carry different findings', async () => {
    const images = clusters(60)
    const { embedding, findings } = images[3] as NewImage
    const other = findings[0] === 'NORMAL' ? 'PNEUMONIA' : 'NORMAL'
    const { health } = await measured([...images, { ...drawnImage(999, { findings: [other] }), embedding }])
    expect(health.copies).toMatchObject({ pairs: 1, contradict: 1 })
    expect(health.remarks.join(' ')).toMatch(/1 pair of copies carries different findings/)
  })

  it('says nothing of a handful of cases', async () => {
    const statistics = await statisticsOf(clusters(12))
    expect(statistics.share('NORMAL', 5, 5)).toBeUndefined()
    expect(statistics.closeness(0.9)).toBeUndefined()
  })
})

describe('figures and changes of the library', () => {
  const first = (health: Health): number | undefined => health.precision?.at['1']?.value
  const caseIds = (library: Awaited<ReturnType<typeof opened>>['library']) =>
    library.cases({ offset: 0, limit: 1000 }).rows.map(({ caseId }) => caseId)

  it('a change while they are worked out starts them anew: they speak of the library as it is', async () => {
    const { calibration, library, settled, close } = await opened(clusters(300))
    try {
      calibration.schedule()
      while (calibration.health().done === undefined) await new Promise((resolve) => setImmediate(resolve))
      for (const caseId of caseIds(library)) {
        library.setFindings(caseId, ['NORMAL'])
        calibration.schedule()
      }
      const { health } = await settled()
      expect(health.state).toBe('ready')
      expect(first(health)).toBe(1)
      expect(health.groups.finding).toEqual({ NORMAL: 300 })
    } finally {
      await close()
    }
  })

  it('a change that is taken back leaves nobody waiting', async () => {
    const { calibration, library, settled, close } = await opened(clusters(200))
    try {
      calibration.schedule()
      while (calibration.health().done === undefined) await new Promise((resolve) => setImmediate(resolve))
      const [caseId = ''] = caseIds(library)
      const before = library.case(caseId).findings
      library.setFindings(caseId, ['OTHER'])
      calibration.schedule()
      library.setFindings(caseId, before)
      calibration.schedule()
      const { health } = await settled()
      expect(health).toMatchObject({ state: 'ready', asked: 200 })
    } finally {
      await close()
    }
  })

  it('are kept for the next opening, and worked out anew when stale or damaged', async () => {
    const kept = path.join(folder, 'measured', 'statistics.json')
    const one = await opened(clusters(200))
    one.calibration.schedule()
    const { health } = await one.settled()
    await one.close()

    const two = await opened()
    two.calibration.schedule()
    expect(two.calibration.health()).toMatchObject({ state: 'ready', precision: health.precision })
    const share = two.calibration.current()?.share('NORMAL', 9, 10)
    expect(share?.n).toBeGreaterThanOrEqual(30)
    await two.close()

    const bytes = fs.readFileSync(kept)
    const at = bytes.length >> 1
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    fs.writeFileSync(kept, bytes)
    const three = await opened()
    three.calibration.schedule()
    expect(three.calibration.health().state).toBe('measuring')
    expect(three.calibration.current()).toBeUndefined()
    expect(first((await three.settled()).health)).toBe(first(health))
    for (const caseId of caseIds(three.library)) three.library.setFindings(caseId, ['NORMAL'])
    await three.close()

    const four = await opened()
    four.calibration.schedule()
    expect(four.calibration.health().state).toBe('measuring')
    expect(first((await four.settled()).health)).toBe(1)
    await four.close()
  })
})

it('the interval is Wilson’s: 9 of 10 lies between .60 and .98', () => {
  const { low, high } = wilson(9, 10)
  expect(low).toBeCloseTo(0.5958, 3)
  expect(high).toBeCloseTo(0.9821, 3)
})
