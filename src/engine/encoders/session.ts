/** ONNX Runtime behind one small door: sessions from checked bytes, runs with the shape of the answer checked. */
import type * as Onnx from 'onnxruntime-node'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { HilumError } from '@shared/errors.js'

type Runtime = typeof Onnx
let runtime: Runtime | undefined

/** Loads the native runtime at first use, so that a broken one is a problem of the model and not of the start. */
export async function onnxRuntime(): Promise<Runtime> {
  // ONNX Runtime (1.30) reports its use to its maker over the network, and keeps files for it in the temporary
  // folder, unless this stands in the environment before it is loaded.
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  runtime ??= await import('onnxruntime-node')
  return runtime
}

/**
 * Opens a session on an execution provider, the CPU behind it for what the provider does not do.
 * @throws HilumError MODEL_INVALID when the runtime refuses the graph (unknown operators, broken shapes)
 */
export async function openSession(
  bytes: Uint8Array,
  file: string,
  threads: number,
  provider = 'cpu',
): Promise<InferenceSession> {
  try {
    const { InferenceSession } = await onnxRuntime()
    return await InferenceSession.create(bytes, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    })
  } catch (cause) {
    throw new HilumError('MODEL_INVALID', `The model pack is refused: ${file} cannot be opened.`, {
      detail: textOf(cause),
      cause,
    })
  }
}

/**
 * Runs a session for the outputs asked.
 * @throws HilumError MODEL_FAILED when the runtime fails or an output is missing or no float32
 */
export async function runSession(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  outputs: readonly string[],
): Promise<Map<string, { dims: readonly number[]; data: Float32Array }>> {
  let answer: InferenceSession.OnnxValueMapType
  try {
    answer = await session.run(feeds, [...outputs])
  } catch (cause) {
    throw new HilumError('MODEL_FAILED', undefined, { detail: textOf(cause), cause })
  }
  const found = new Map<string, { dims: readonly number[]; data: Float32Array }>()
  for (const name of outputs) {
    const value = answer[name]
    if (value === undefined || value.type !== 'float32' || !(value.data instanceof Float32Array))
      throw new HilumError('MODEL_FAILED', undefined, { detail: `Output "${name}" is no float32 tensor.` })
    found.set(name, { dims: value.dims, data: value.data })
  }
  return found
}

function textOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 300)
}
