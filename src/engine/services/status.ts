/** What the engine is and has open; answers even when there is no model and no library. */
import type { ModelSwitchState } from '@shared/domain/installation.js'
import type { Problem } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports/calls.js'
import type { Models } from './models.js'

export function statusService(
  version: string,
  workspace: Workspace,
  models: Models,
  startProblem: () => Problem | undefined,
  hardware: () => { name: string; threads: number; note?: string },
  modelSwitch: () => ModelSwitchState | undefined,
): Handler<'engine.status'> {
  return () => {
    const inUse = models.isOpen ? models.current : undefined
    const switching = modelSwitch()
    const problem = startProblem() ?? (inUse === undefined ? models.problem : undefined)
    return {
      version,
      ...(workspace.hasLibrary ? { library: workspace.library.info() } : {}),
      ...(inUse === undefined
        ? {}
        : {
            model: {
              id: inUse.pack.manifest.id,
              name: inUse.pack.manifest.name,
              sha256: inUse.pack.sha256,
              dimension: inUse.pack.manifest.dimension,
              towers:
                inUse.text === undefined
                  ? (['image'] as const).slice()
                  : (['image', 'text'] as const).slice(),
              limits: inUse.pack.manifest.limits,
              population: inUse.pack.manifest.population,
            },
            provider: hardware(),
          }),
      ...(switching === undefined ? {} : { modelSwitch: switching }),
      ...(problem === undefined ? {} : { problem }),
    }
  }
}
