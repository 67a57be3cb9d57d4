/**
 * Mutants of what is neither picture nor archive: label files, model packs, a library's database, backups. Each is opened
 * as it is or refused by a code; what is opened has no broken page. HILUM_FUZZ_COUNT sets their number (a tenth of it each).
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseLabels } from '../../src/engine/ingest/labels.js'
import { verifyPack } from '../../src/engine/encoders/modelPacks.js'
import { tinyManifest, tinyOnnx } from '../../src/engine/encoders/packFixture.js'
import { verifyBackup } from '../../src/engine/store/backupFile.js'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import { errorCodes, HilumError } from '../../src/shared/errors.js'
import { drawnImages, temporaryFolder } from '../support/library.js'

const COUNT = Math.max(50, Math.floor(Number(process.env['HILUM_FUZZ_COUNT'] ?? 2000) / 10))
const SEED = Number(process.env['HILUM_FUZZ_SEED'] ?? 20_261_124)

const change = fc.record({
  kind: fc.constantFrom('flip', 'set', 'cut', 'drop', 'zero'),
  at: fc.noBias(fc.nat(999_999)),
  value: fc.nat(255),
  length: fc.nat(600),
})
type Change = { kind: string; at: number; value: number; length: number }
function mutate(seed: Uint8Array, changes: readonly Change[]): Buffer {
  let bytes = Buffer.from(seed)
  for (const { kind, at: share, value, length } of changes) {
    if (bytes.length === 0) break
    const at = Math.floor((share / 1_000_000) * bytes.length)
    if (kind === 'flip') bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << (value & 7)), at)
    else if (kind === 'set') bytes.writeUInt8(value, at)
    else if (kind === 'cut') bytes = bytes.subarray(0, at)
    else if (kind === 'drop') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    else bytes.fill(0, at, Math.min(bytes.length, at + length))
  }
  return bytes
}

/** 'opened' or the code; anything else thrown fails the test. */
async function outcome(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'opened'
  } catch (error) {
    if (!(error instanceof HilumError)) throw error
    expect(errorCodes).toContain(error.code)
    return error.code
  }
}

let folder: string
beforeAll(() => (folder = temporaryFolder('hilum-fuzz')))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

async function tally(
  name: string,
  count: number,
  work: (changes: Change[]) => Promise<string>,
): Promise<void> {
  const found = new Map<string, number>()
  let slowest = 0
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const started = performance.now()
      const what = await work(changes)
      slowest = Math.max(slowest, performance.now() - started)
      found.set(what, (found.get(what) ?? 0) + 1)
      expect(what).not.toBe('INTERNAL')
    }),
    { numRuns: count, seed: SEED, endOnFailure: true },
  )
  console.info(
    `${count} mutants of ${name}: ${JSON.stringify(Object.fromEntries(found))}, longest ${slowest.toFixed(0)} ms`,
  )
}

describe('mutants of', () => {
  it('label files', async () => {
    const seed = Buffer.from(
      'file,finding,patient_id,study_date,view,sex,age,notes\n' +
        'a.png,NORMAL,P1,20240101,PA,F,44,"Cough, ""dry""\nsince May"\n' +
        'b.png,PNEUMONIA,P2,20240102,AP,M,3,Fever\n',
    )
    expect(await outcome(() => parseLabels(seed))).toBe('opened')
    await tally('label files', COUNT * 5, (changes) => outcome(() => parseLabels(mutate(seed, changes))))
  })

  it('model packs: only one whose files are what its manifest says is opened', async () => {
    const pack = path.join(folder, 'tiny')
    fs.mkdirSync(pack)
    const onnx = tinyOnnx()
    const files = { 'image.onnx': onnx }
    const manifest = Buffer.from(JSON.stringify(tinyManifest('tiny', files)))
    const write = (a: Uint8Array, b: Uint8Array) => {
      fs.writeFileSync(path.join(pack, 'model.json'), a)
      fs.writeFileSync(path.join(pack, 'image.onnx'), b)
    }
    write(manifest, onnx)
    expect(await outcome(() => verifyPack(pack))).toBe('opened')
    await tally('model packs', COUNT, async (changes) => {
      const inWeights = changes.length % 2 === 0
      const weights = inWeights ? mutate(onnx, changes) : Buffer.from(onnx)
      write(inWeights ? manifest : mutate(manifest, changes), weights)
      const what = await outcome(() => verifyPack(pack))
      if (!weights.equals(onnx)) expect(what).not.toBe('opened')
      return what
    })
  })

  it('a library’s database', async () => {
    const whole = path.join(folder, 'library')
    const library = openLibrary(whole, { create: true })
    library.addImages(drawnImages(0, 20, { findings: ['NORMAL'], notes: 'Cough since May.' }))
    library.close()
    const seed = fs.readFileSync(path.join(whole, 'library.db'))
    const torn = path.join(folder, 'torn')
    await tally('a database', Math.ceil(COUNT / 2), async (changes) => {
      fs.mkdirSync(torn, { recursive: true })
      for (const ending of ['', '-wal', '-shm'])
        fs.rmSync(path.join(torn, `library.db${ending}`), { force: true })
      fs.writeFileSync(path.join(torn, 'library.db'), mutate(seed, changes))
      return await outcome(() => {
        const opened = openLibrary(torn)
        try {
          opened.info()
          opened.cases({ offset: 0, limit: 50 })
          opened.searchNotes('cough', 5, 0)
          opened.check()
        } finally {
          opened.close()
        }
      })
    })
  })

  it('backups', async () => {
    const library = openLibrary(path.join(folder, 'backed-up'), { create: true })
    library.addImages(drawnImages(0, 6, { notes: 'Cough.' }))
    const file = path.join(folder, 'backup')
    await library.backup(file)
    library.close()
    const seed = fs.readFileSync(file)
    await tally('backups', COUNT, async (changes) => {
      const bytes = mutate(seed, changes)
      fs.writeFileSync(file, bytes)
      return await outcome(() => verifyBackup(file))
    })
  })
})
