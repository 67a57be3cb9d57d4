/** Execution providers by name, and which one the measurements speak for. */
import type { Trial } from '../../ports/processes.js'

export const PROVIDERS = ['cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const
export type Measured = { name: string; trial: Trial }

const NAMES: Readonly<Record<string, string>> = {
  cpu: 'The processor',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
}
export const providerName = (name: string): string => NAMES[name] ?? name

/** Less gain than this is not worth another machine's rounding. */
const GAIN = 0.85
/** Unit vectors of two providers differ by rounding only; reduced precision on the way stays below this. */
const APART = 2e-3

/** The largest difference of two embeddings; infinite where one is missing. */
export function apart(a: Trial, b: Trial): number {
  if (a.embedding === undefined || a.embedding.length !== b.embedding?.length) return Infinity
  const other = b.embedding
  return a.embedding.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (other[i] as number))), 0)
}

/** Why a provider that runs is not to be used, or undefined. */
export function disagreement(trial: Trial, cpu: Trial): string | undefined {
  const difference = apart(trial, cpu)
  return difference <= APART
    ? undefined
    : `its embeddings are not the processor's (they differ by ${difference.toPrecision(2)})`
}

/** The fastest provider that agrees with the CPU, or `cpu` where none is clearly faster. */
export function fastest(cpu: Trial, others: readonly Measured[]): string {
  const limit = GAIN * (cpu.milliseconds ?? Infinity)
  return (
    others
      .filter(({ trial }) => trial.available && disagreement(trial, cpu) === undefined)
      .filter(({ trial }) => (trial.milliseconds ?? Infinity) < limit)
      .sort((a, b) => (a.trial.milliseconds ?? 0) - (b.trial.milliseconds ?? 0))[0]?.name ?? 'cpu'
  )
}
