// Renders the project's own phantoms as 224 x 224 grey bytes for training and checks:
//   node training/render_phantoms.mjs OUT.bin COUNT FIRST_SEED
// Even places carry a planted opacity. The demo library's and the tests' seeds lie elsewhere.
import { writeFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const SIDE = 224
const here = dirname(fileURLToPath(import.meta.url))
const [out, count, first] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const folder = join(here, 'cache', `render-${process.pid}`)
await build({
  configFile: false,
  logLevel: 'error',
  build: {
    ssr: join(here, '..', 'src', 'engine', 'demo', 'phantom.ts'),
    outDir: folder,
    emptyOutDir: true,
    rollupOptions: { output: { entryFileNames: 'phantom.mjs' } },
  },
  resolve: { alias: { '@shared': join(here, '..', 'src', 'shared') } },
})
const { drawPhantom } = await import(pathToFileURL(join(folder, 'phantom.mjs')).href)
rmSync(folder, { recursive: true })

/** Area average of one axis: what lies in each of SIDE equal parts of `length` samples. */
function shrink(values, lines, length, stride, step) {
  const to = new Float64Array(lines * SIDE)
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < SIDE; i++) {
      const [from, until] = [(i * length) / SIDE, ((i + 1) * length) / SIDE]
      let sum = 0
      for (let j = Math.floor(from); j < until; j++)
        sum += values[line * stride + j * step] * (Math.min(j + 1, until) - Math.max(j, from))
      to[line * SIDE + i] = sum / (until - from)
    }
  return to
}

const bytes = new Uint8Array(count * SIDE * SIDE)
for (let i = 0; i < count; i++) {
  const { rows, columns, values } = drawPhantom(first + i, { finding: i % 2 === 0 ? 'PNEUMONIA' : 'NORMAL' })
  const wide = shrink(values, rows, columns, columns, 1)
  const square = shrink(wide, SIDE, rows, 1, SIDE) // transposed: [column][row]
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      bytes[(i * SIDE + y) * SIDE + x] = Math.round(square[x * SIDE + y] / 257)
}
writeFileSync(out, bytes)
