/** The layer rule bites: a tree that breaks every rule once is written, and every rule must name its breach. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(__dirname, '..', '..')
const require = createRequire(__filename)
const config = join(root, '.dependency-cruiser.cjs')
const { forbidden } = require(config) as { forbidden: { name: string }[] }

/** One file a rule, breaking that rule. */
const breaches: Record<string, Record<string, string>> = {
  'no-cycles': { 'src/engine/a.ts': "import './b.js'", 'src/engine/b.ts': "import './a.js'" },
  'shared-is-pure': { 'src/shared/disk.ts': "import 'node:fs'" },
  'renderer-sees-shared-only': { 'src/renderer/peek.ts': "import '../engine/store/database.js'" },
  'renderer-without-node': { 'src/renderer/path.ts': "import 'node:path'" },
  'preload-sees-shared-only': { 'src/preload/peek.ts': "import '../main/index.js'" },
  'only-main-and-preload-know-electron': { 'src/web/window.ts': "import 'electron'" },
  'main-and-web-know-the-contract-only': { 'src/main/direct.ts': "import '../engine/createEngine.js'" },
  'hosts-without-natives': { 'src/main/native.ts': "import 'better-sqlite3'" },
  'nothing-imports-a-host': { 'src/engine/host.ts': "import '../main/index.js'" },
  'cli-enters-by-createEngine': { 'src/cli/deep.ts': "import '../engine/store/database.js'" },
  'services-depend-on-ports': { 'src/engine/services/adapter.ts': "import '../store/database.js'" },
  'services-without-natives': { 'src/engine/services/native.ts': "import 'better-sqlite3'" },
  'adapters-do-not-call-services': { 'src/engine/store/rule.ts': "import '../services/adapter.js'" },
}
const common = {
  'src/engine/store/database.ts': 'export {}',
  'src/engine/createEngine.ts': 'export {}',
  'src/main/index.ts': 'export {}',
  'tsconfig.json': '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "bundler" } }',
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilum-layers-'))
  for (const files of [common, ...Object.values(breaches)])
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

describe('the layer rule', () => {
  it('has a breach here for every rule', () => {
    expect(Object.keys(breaches).sort()).toEqual(forbidden.map(({ name }) => name).sort())
  })

  it('names every breach', () => {
    const run = spawnSync(process.execPath, [cruise, 'src', '--config', config, '--output-type', 'json'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
    const { summary } = JSON.parse(run.stdout) as {
      summary: { violations: { from: string; rule: { name: string } }[] }
    }
    const found = new Set(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`))
    const expected = Object.entries(breaches).map(
      ([rule, files]) => `${rule}: ${Object.keys(files)[0] ?? ''}`,
    )
    expect(expected.filter((breach) => !found.has(breach))).toEqual([])
  })
})
