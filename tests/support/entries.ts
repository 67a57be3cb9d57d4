/** Bundles process and thread entries for tests, so that a unit test does not depend on an earlier build. */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { builtinModules } from 'node:module'
import { build } from 'rolldown'

const root = path.resolve(__dirname, '../..')

/**
 * Bundles TypeScript entries (`{ faissWorker: 'src/engine/index/faissWorker.ts' }`) as CommonJS into a folder of
 * their own and returns it; packages stay outside and are found through the project's node_modules.
 */
export async function bundleEntries(entries: Readonly<Record<string, string>>): Promise<string> {
  const cache = path.join(root, 'node_modules/.cache/hilum-tests')
  fs.mkdirSync(cache, { recursive: true })
  const folder = fs.mkdtempSync(path.join(cache, `${os.hostname()}-`))
  const input = Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, path.resolve(root, file)]),
  )
  await build({
    input,
    platform: 'node',
    logLevel: 'silent',
    resolve: {
      alias: { '@shared': path.join(root, 'src/shared') },
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    external: (id) =>
      builtinModules.includes(id) ||
      id.startsWith('node:') ||
      (!/^[./]/.test(id) && !id.startsWith('@shared') && !path.isAbsolute(id)),
    output: { dir: folder, format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
  })
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}
