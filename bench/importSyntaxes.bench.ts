/**
 * Import of radiographs in each transfer syntax: Hilum's whole way into a library beside pydicom + onnxruntime + faiss-cpu.
 * Decoding is the part of it that depends on the syntax; `decode.bench.ts` has it alone.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { SYNTAXES, writeSyntaxFolders } from './support/syntaxFiles.js'

const root = resolve(__dirname, '..')
const python = process.env['HILUM_BENCH_PYTHON'] ?? 'python3'
const SIDE = Number(process.env['HILUM_BENCH_SIDE'] ?? 1024)
const COUNT = Number(process.env['HILUM_BENCH_IMAGES'] ?? 16)
const ROUNDS = Number(process.env['HILUM_BENCH_ROUNDS'] ?? 3)

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

/** Seconds as each side counts them, without its start. */
function seconds(command: string, args: string[], userData: string): number {
  const told = execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, HILUM_USER_DATA: userData },
  })
  const answer = JSON.parse(told) as { seconds: number; imported?: number; images: number }
  expect(answer.imported ?? answer.images).toBe(COUNT)
  return answer.seconds
}

it(`imports ${COUNT} radiographs of ${SIDE} x ${SIDE} in each transfer syntax beside pydicom`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  try {
    for (const syntax of SYNTAXES) mkdirSync(join(folder, syntax))
    await writeSyntaxFolders(
      folder,
      SIDE,
      Array.from({ length: COUNT }, (_, i) => i + 1),
    )
    const model = join(root, 'resources/models/hilum-cxr-1/image.onnx')
    console.log('| syntax | Hilum, s | Python, s | Python / Hilum |\n|---|---|---|---|')
    for (const syntax of SYNTAXES) {
      const [mine, theirs, ratios]: [number[], number[], number[]] = [[], [], []]
      for (let round = 0; round < ROUNDS; round++) {
        const place = join(folder, `${syntax}-${round}`)
        const images = join(folder, syntax)
        const cli = [join(root, 'out/cli/index.cjs'), 'import', images, '--library', place, '--json']
        mine.push(seconds(process.execPath, cli, `${place}-user`))
        try {
          theirs.push(
            seconds(
              python,
              [join(root, 'bench/peers/peer.py'), 'import', images, model, '--threads', '2'],
              place,
            ),
          )
          ratios.push((theirs.at(-1) ?? NaN) / (mine.at(-1) ?? NaN))
        } catch (error) {
          // A syntax that pydicom does not decode ends the peer.
          if (theirs.length > 0 || (error as { status?: number }).status === undefined) throw error
        }
      }
      const told =
        theirs.length > 0 ? `${median(theirs).toFixed(2)} | ${median(ratios).toFixed(2)}` : 'cannot | '
      console.log(`| ${syntax} | ${median(mine).toFixed(2)} | ${told} |`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
