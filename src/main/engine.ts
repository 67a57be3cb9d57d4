/** How this Electron runs the engine: a utility process of its own, or a forked Node where it is too old for that. */
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { forkedEngine, type Spawner } from '../hosts/engineProcess.js'
import { engineNode } from '../hosts/places.js'
import { utilityEngine } from './utilityEngine.js'

/** The natives need Node-API 10, which Electron has had since 36. */
const FIRST_WITH_ENGINE = 36

/**
 * @param entriesDir out/engine
 * @param root the project's root, where npm put a Node
 */
export function engineSpawner(entriesDir: string, root: string): Spawner {
  const [major = '0'] = process.versions.electron.split('.')
  if (Number(major) >= FIRST_WITH_ENGINE) return utilityEngine(entriesDir)
  const node = shippedNode() ?? engineNode(root)
  if (node === undefined)
    throw new Error('This Electron cannot run the engine itself, and no Node 24 was found. Set HILUM_NODE.')
  return forkedEngine(join(outsideArchive(entriesDir), 'index.cjs'), node, { inbox: true })
}

/** The Node that a package with such a runtime brings along (build/electron-builder.config.cjs). */
function shippedNode(): string | undefined {
  const node = join(process.resourcesPath, 'engine-node', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(node) ? node : undefined
}

/** A plain Node sees the asar as a file: what it runs lies unpacked beside it. */
const outsideArchive = (folder: string): string => folder.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`)
