/** Model packs whose towers are ONNX graphs. */
import type { ModelPacks } from '../ports/models.js'
import { installPack } from './installPack.js'
import { OnnxImageEncoder, openImageEncoder } from './imageEncoder.js'
import { listPackFolders, readManifest, verifyPack } from './modelPacks.js'
import { listedBackends } from './providers.js'
import { OnnxTextEncoder } from './textEncoder.js'

/**
 * @param modelDirs folders that hold packs, in order of preference
 * @param laneEntry path of the built `encoderLane.cjs`; without it batches are encoded on the engine's own thread
 */
export function onnxPacks(modelDirs: readonly string[], laneEntry?: string): ModelPacks {
  return {
    folders: () => listPackFolders(modelDirs),
    manifest: readManifest,
    verify: verifyPack,
    openImage: (pack, knownThreads) => openImageEncoder(pack, knownThreads, laneEntry),
    install: (pack) => installPack(pack, modelDirs),
    providers: listedBackends,
    openImageOn: (pack, provider) => OnnxImageEncoder.open(pack, 1, undefined, provider),
    openText: (pack) => OnnxTextEncoder.open(pack),
  }
}
