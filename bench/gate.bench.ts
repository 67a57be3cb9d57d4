/**
 * Which queries the gate lets pass: new radiographs of the library's own kind, and everything else. Real data in
 * HILUM_TEST_DATA. `HILUM_TEST_DATA=... npx vitest run --config bench/vitest.config.ts gate`
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, it } from 'vitest'
import { benchEngine, libraryOf, percent, queryOf, type BenchEngine } from './support/benchEngine.js'
import { fifth } from './support/fifth.js'

const data = process.env['HILUM_TEST_DATA']
const MOST = Number(process.env['HILUM_GATE_QUERIES'] ?? 150)
/** So many of the library's images, for how the gate of a small library does; all when absent. */
const CASES = Number(process.env['HILUM_GATE_CASES'] ?? Infinity)

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const some = (list: readonly string[], most = MOST): string[] =>
  list.filter((_, i) => i % Math.max(1, Math.ceil(list.length / most)) === 0)

async function passing(
  engine: BenchEngine,
  name: string,
  paths: readonly string[],
  options: { invert?: boolean } = {},
): Promise<{ name: string; passed: number; of: number; looks: Record<string, number> }> {
  let passed = 0
  let alone = 0
  let of = 0
  const looks: Record<string, number> = {}
  for (const path of paths) {
    const queryId = await queryOf(engine, path).catch(() => undefined)
    if (queryId === undefined) continue
    const { query } = await engine.ask('search.image', { queryId, ...options })
    of++
    if (query.inDistribution === true) passed++
    if ((query.pValue ?? 1) >= 0.05) alone++
    if (query.looks !== undefined) looks[query.looks] = (looks[query.looks] ?? 0) + 1
  }
  console.log(
    `${name.padEnd(52)} pass ${percent(passed, of)}, without the header ${percent(alone, of)} ${JSON.stringify(looks)}`,
  )
  return { name, passed, of, looks }
}

async function changed(paths: readonly string[], folder: string, change: (image: Sharp) => Sharp) {
  mkdirSync(folder, { recursive: true })
  return await Promise.all(
    paths.map(async (path, i) => {
      const file = join(folder, `${i}.png`)
      await change(sharp(path)).png().toFile(file)
      return file
    }),
  )
}

/** Pictures that are no radiographs: of one grey, noise, gradients and checks. */
async function drawn(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const side = 224
  const make: Record<string, (x: number, y: number) => number> = {
    black: () => 0,
    grey: () => 128,
    white: () => 255,
    noise: () => Math.random() * 255,
    across: (x) => (x / side) * 255,
    down: (_, y) => (y / side) * 255,
    checks: (x, y) => (((x >> 4) + (y >> 4)) % 2 === 0 ? 30 : 220),
    disc: (x, y) => (Math.hypot(x - side / 2, y - side / 2) < 80 ? 220 : 10),
  }
  return await Promise.all(
    Object.entries(make).map(async ([name, grey]) => {
      const raw = Buffer.from(
        Uint8Array.from({ length: side * side }, (_, i) => grey(i % side, Math.floor(i / side))),
      )
      const file = join(folder, `${name}.png`)
      writeFileSync(
        file,
        await sharp(raw, { raw: { width: side, height: side, channels: 1 } })
          .png()
          .toBuffer(),
      )
      return file
    }),
  )
}

it.skipIf(data === undefined)('passes new radiographs of its own kind, and not what is foreign', async () => {
  const engine = await benchEngine()
  try {
    const unpacked = join(engine.folder, 'kermany')
    mkdirSync(unpacked)
    execFileSync('unzip', ['-q', join(data as string, 'kermany_train_224.zip'), '-d', unpacked])
    const all = files(unpacked).filter((file) => file.endsWith('.jpeg'))
    const gallery = join(engine.folder, 'gallery')
    const inside = all.filter((each) => fifth(each) !== 0)
    for (const file of CASES < inside.length ? some(inside, CASES) : inside) {
      const to = file.replace(unpacked, gallery)
      mkdirSync(join(to, '..'), { recursive: true })
      cpSync(file, to)
    }
    const held = some(all.filter((each) => fifth(each) === 0))
    await libraryOf(engine, 'children', [gallery])
    const health = await engine.measured()
    console.log(`library: ${health.cases} cases, ${health.fresh} new to the model, ${held.length} held out`)
    const own = await passing(engine, 'same hospital, patients kept out of the library', held)
    await passing(
      engine,
      'full-size originals (their squashed copies may be inside)',
      files(join(data as string, 'kermany_fullres')).filter((file) => /\.jpe?g$/.test(file)),
    )
    const notes = files(join(data as string, 'notes_cases/images'))
    await passing(engine, 'adults of other hospitals (notes_cases)', notes)
    const dicom = files(join(data as string, 'dicom')).filter((file) => file.endsWith('.dcm'))
    const of = (...tags: string[]) =>
      dicom.filter((file) => tags.includes(basename(file).split('__')[0] as string))
    await passing(engine, 'DICOM, chest by tag (adults, traps)', of('chest'))
    const foreign = [
      await passing(
        engine,
        'DICOM, all other decodable files',
        dicom.filter((file) => !of('chest').includes(file)),
      ),
      await passing(engine, 'inverted (held out)', held.slice(0, 60), { invert: true }),
      await passing(
        engine,
        'turned a quarter (held out)',
        await changed(held.slice(0, 40), join(engine.folder, 'quarter'), (image) => image.rotate(90)),
      ),
      await passing(
        engine,
        'upside down (held out)',
        await changed(held.slice(0, 40), join(engine.folder, 'upside'), (image) => image.rotate(180)),
      ),
      await passing(engine, 'blank, noise, gradients', await drawn(join(engine.folder, 'drawn'))),
    ]
    expect(own.passed / own.of).toBeGreaterThanOrEqual(0.9)
    const through = foreign.reduce((sum, { passed }) => sum + passed, 0)
    const asked = foreign.reduce((sum, each) => sum + each.of, 0)
    console.log(`${'foreign, together'.padEnd(52)} pass ${percent(through, asked)}`)
    expect(through / asked).toBeLessThanOrEqual(0.1)

    if (CASES < inside.length) return
    const [adultsInside, adultsOutside] = [
      notes.filter((_, i) => i % 2 === 0),
      notes.filter((_, i) => i % 2 === 1),
    ]
    await libraryOf(engine, 'mixed', [gallery, ...adultsInside])
    await engine.measured()
    await passing(engine, 'library with 31 of them: the other adults', adultsOutside)
    await libraryOf(engine, 'adults', adultsInside)
    await engine.measured()
    await passing(engine, 'library of those 31 alone: the other adults', adultsOutside)
    await passing(
      engine,
      'library of those 31 alone: DICOM, not chest',
      dicom.filter((file) => !of('chest').includes(file)),
    )
  } finally {
    await engine.close()
  }
})

it.skipIf(data === undefined)(
  'passes full-size films in a library of their small middle squares',
  async () => {
    const engine = await benchEngine()
    try {
      await libraryOf(engine, 'squares', [
        join(data as string, 'pneumoniamnist/pneumoniamnist_trainval.npz#train'),
      ])
      const health = await engine.measured()
      console.log(`library: ${health.cases} cases of 28 x 28`)
      const films = files(join(data as string, 'kermany_fullres')).filter((file) => /\.jpe?g$/.test(file))
      const own = await passing(engine, 'full-size originals (their middle squares may be inside)', films)
      const adults = files(join(data as string, 'notes_cases/images'))
      await passing(engine, 'adults of other hospitals (notes_cases)', adults)
      const foreign = [
        await passing(engine, 'inverted', films, { invert: true }),
        await passing(
          engine,
          'upside down',
          await changed(films, join(engine.folder, 'upside'), (image) => image.rotate(180)),
        ),
      ]
      expect(own.passed / own.of).toBeGreaterThanOrEqual(0.9)
      for (const { passed, of } of foreign) expect(passed / of).toBeLessThanOrEqual(0.1)
    } finally {
      await engine.close()
    }
  },
)
