/** Import of many small PNG files: Hilum's whole way into a library beside Pillow + onnxruntime + faiss-cpu. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'

const root = resolve(__dirname, '..')
const python = process.env['HILUM_BENCH_PYTHON'] ?? 'python3'
const COUNT = Number(process.env['HILUM_BENCH_IMAGES'] ?? 4708)
const SIDE = 28
const ROUNDS = 3

/** Distinct noise pictures: what is in them costs neither side anything. */
async function writeImages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  let state = 1
  for (let n = 0; n < COUNT; n++) {
    const grey = Buffer.alloc(SIDE * SIDE)
    for (let i = 0; i < grey.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      grey[i] = state >>> 24
    }
    const png = await sharp(grey, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toBuffer()
    writeFileSync(join(folder, `${String(n).padStart(5, '0')}.png`), png)
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

it(`imports ${COUNT} PNG files beside Python`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  try {
    const images = join(folder, 'images')
    await writeImages(images)
    const model = join(root, 'resources/models/hilum-cxr-1/image.onnx')
    const ratios: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const library = join(folder, `library-${round}`)
      const run = (command: string, args: string[]): { seconds: number; imported?: number; images: number } =>
        JSON.parse(
          execFileSync(command, args, {
            encoding: 'utf8',
            env: { ...process.env, HILUM_USER_DATA: join(folder, `user-${round}`) },
          }),
        ) as { seconds: number; imported?: number; images: number }
      const hilum = run(process.execPath, [
        join(root, 'out/cli/index.cjs'),
        'import',
        images,
        '--library',
        library,
        '--json',
      ])
      const peer = run(python, [join(root, 'bench/peers/peer.py'), 'import', images, model, '--threads', '2'])
      expect(hilum.imported).toBe(COUNT)
      expect(peer.images).toBe(COUNT)
      ratios.push(peer.seconds / hilum.seconds)
      console.log(
        `round ${round + 1}: Hilum ${hilum.seconds.toFixed(1)} s, Python ${peer.seconds.toFixed(1)} s`,
      )
    }
    console.log(
      `import, ${COUNT} PNG of ${SIDE}x${SIDE}: Python / Hilum = ${median(ratios).toFixed(2)} (median of ${ROUNDS} pairs)`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
