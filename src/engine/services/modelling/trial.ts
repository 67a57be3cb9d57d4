/** Trying a pack on an execution provider in a process of its own: what crashes there takes nothing with it. */
import { HilumError, problemOf } from '@shared/errors.js'
import type { Child, Processes, Trial } from '../../ports/processes.js'

/** A provider that hangs or takes its process down is not available; this long is waited. */
const PATIENCE_MILLISECONDS = 60_000
/** A large pack on a busy computer takes minutes to read, open and run; only one that hangs is refused for its time. */
const PACK_PATIENCE_MILLISECONDS = 10 * 60_000

/** @returns what the process found, or that it ended or did not answer */
export function tryInProcess(
  processes: Processes,
  asked: { provider: string; packFolder: string },
  patience = PATIENCE_MILLISECONDS,
): Promise<Trial> {
  return new Promise((resolve) => {
    let child: Child | undefined
    const answer = (trial: Trial): void => {
      clearTimeout(timer)
      resolve(trial)
      child?.kill()
    }
    const failed = (reason: string): void => answer({ available: false, reason })
    const timer = setTimeout(() => failed('it did not answer in time'), patience)
    try {
      child = processes.start('probe')
      child.onMessage((message) => answer(message as Trial))
      child.onExit((reason) => failed(`asking for it ended the process (${reason})`))
      child.send(asked)
    } catch (error) {
      failed(problemOf(error).message)
    }
  })
}

/** @throws HilumError MODEL_INVALID with the reason when the pack cannot be used */
export async function requireUsable(processes: Processes, packFolder: string): Promise<void> {
  const trial = await tryInProcess(processes, { provider: 'cpu', packFolder }, PACK_PATIENCE_MILLISECONDS)
  if (trial.available) return
  throw new HilumError('MODEL_INVALID', trial.message ?? 'The model pack is refused: it cannot be run.', {
    detail: trial.reason,
  })
}
