/** Model packs whose towers are ONNX graphs. */
import type { ModelPacks } from '../ports.js'
import { openImageEncoder } from './imageEncoder.js'
import { listPackFolders, readManifest, verifyPack } from './modelPacks.js'
import { OnnxTextEncoder } from './textEncoder.js'

/** @param modelDirs folders that hold packs, in order of preference */
export function onnxPacks(modelDirs: readonly string[]): ModelPacks {
  return {
    folders: () => listPackFolders(modelDirs),
    manifest: readManifest,
    verify: verifyPack,
    openImage: openImageEncoder,
    openText: (pack) => OnnxTextEncoder.open(pack),
  }
}
