/** Import of many small PNG files: Hilum's whole way into a library beside Pillow + onnxruntime + faiss-cpu. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'

const root = resolve(__dirname, '..')
const python = process.env['HILUM_BENCH_PYTHON'] ?? 'python3'
const COUNT = Number(process.env['HILUM_BENCH_IMAGES'] ?? 4708)
const SIDE = 28
const ROUNDS = Number(process.env['HILUM_BENCH_ROUNDS'] ?? 3)

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

type Run = { seconds: number; imported?: number; images: number; processor: number }

/**
 * Processor seconds of all ended children and their children (proc(5): cutime, cstime; NaN elsewhere than on Linux). Start-up
 * is in it on both sides. Other work on the machine hardly moves it, while it moves the seconds on the clock.
 */
function processorOfChildren(): number {
  if (process.platform !== 'linux') return NaN
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) / 100
}

it(`imports ${COUNT} PNG files beside Python`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  try {
    const images = join(folder, 'images')
    await writeImages(images)
    const model = join(root, 'resources/models/hilum-cxr-1/image.onnx')
    const wall: number[] = []
    const processor: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const library = join(folder, `library-${round}`)
      const run = (command: string, args: string[]): Run => {
        const before = processorOfChildren()
        const told = execFileSync(command, args, {
          encoding: 'utf8',
          env: { ...process.env, HILUM_USER_DATA: join(folder, `user-${round}`) },
        })
        return { ...(JSON.parse(told) as Omit<Run, 'processor'>), processor: processorOfChildren() - before }
      }
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
      wall.push(peer.seconds / hilum.seconds)
      processor.push(peer.processor / hilum.processor)
      const told = ({ seconds, processor: used }: Run) =>
        `${seconds.toFixed(1)} s, ${used.toFixed(1)} s of processor`
      console.log(`round ${round + 1}: Hilum ${told(hilum)}; Python ${told(peer)}`)
    }
    console.log(
      `import, ${COUNT} PNG of ${SIDE}x${SIDE}, Python / Hilum (median of ${ROUNDS} pairs): ` +
        `${median(wall).toFixed(2)} on the clock, ${median(processor).toFixed(2)} in processor time`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
