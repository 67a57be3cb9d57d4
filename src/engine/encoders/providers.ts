/** Execution providers beside the CPU: found out by using them once. */
import { onnxRuntime } from './session.js'
import type { VerifiedPack } from '../ports.js'

/** Names of the providers this build of ONNX Runtime knows. */
export async function listedBackends(): Promise<string[]> {
  const { listSupportedBackends } = await onnxRuntime()
  return listSupportedBackends().map(({ name }) => name)
}

/** Runs the image tower once on the provider. To be called in a process that may die of it. */
export async function tryProvider(
  provider: string,
  pack: VerifiedPack,
): Promise<{ available: boolean; reason: string }> {
  const { InferenceSession, Tensor } = await onnxRuntime()
  const { file, input, channels } = pack.manifest.towers.image
  const session = await InferenceSession.create(pack.files.get(file) as Uint8Array, {
    executionProviders: [provider],
    logSeverityLevel: 4,
  })
  const image = new Tensor('float32', new Float32Array(channels * 64 * 64).fill(0.5), [1, channels, 64, 64])
  await session.run({ [input]: image })
  const start = performance.now()
  await session.run({ [input]: image })
  await session.release()
  return {
    available: true,
    reason: `works, ${(performance.now() - start).toFixed(1)} ms an image; not in use`,
  }
}
