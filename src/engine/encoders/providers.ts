/** Execution providers: found out by using them once. */
import { HilumError } from '@shared/errors.js'
import type { VerifiedPack } from '../ports/models.js'
import type { Trial } from '../ports/processes.js'
import { gradient, OnnxImageEncoder } from './imageEncoder.js'
import { onnxRuntime } from './session.js'
import { OnnxTextEncoder } from './textEncoder.js'

/** Names of the providers this build of ONNX Runtime knows. */
export async function listedBackends(): Promise<string[]> {
  const { listSupportedBackends } = await onnxRuntime()
  return listSupportedBackends().map(({ name }) => name)
}

/** Opens the towers on the provider and runs them. To be called in a process that may die of it. */
export async function tryProvider(provider: string, pack: VerifiedPack): Promise<Trial> {
  try {
    const text = await OnnxTextEncoder.open(pack)
    const image = await OnnxImageEncoder.open(pack, 1, undefined, provider)
    const [drawn] = await image.encode([gradient(96, 64)])
    const milliseconds = await image.milliseconds()
    await image.close()
    await text?.close()
    return {
      available: true,
      reason: 'works',
      milliseconds,
      ...(drawn === undefined ? {} : { embedding: [...drawn.embedding] }),
    }
  } catch (error) {
    const { message, detail } =
      error instanceof HilumError ? error.problem : { message: undefined, detail: undefined }
    return {
      available: false,
      reason: plain(firstLine(detail ?? message ?? error), provider),
      ...(message === undefined ? {} : { message }),
    }
  }
}

/** The runtime's usual refusals in words. */
function plain(reason: string, provider: string): string {
  if (/Failed to load shared library|cannot open shared object/.test(reason)) {
    const how = process.platform === 'linux' ? ' ("npm run setup:cuda" fetches ONNX Runtime’s part)' : ''
    return provider === 'cuda' || provider === 'tensorrt'
      ? `its libraries are not installed${how}`
      : 'its libraries are not installed'
  }
  if (/Failed to get a WebGPU adapter|RequestAdapterStatus/.test(reason))
    return 'there is no graphics adapter that WebGPU can use'
  return reason
}

export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split('\n', 1)
    .join('')
    .slice(0, 300)
}
