/** Models, hardware and checks as the settings show them, and a change of model that outlives the page. */
import type { Doctor, ModelRow } from '@shared/domain/installation.js'
import type { Problem, Result } from '@shared/errors.js'
import { grantedPath } from '@shared/bridge.js'
import { create } from 'zustand'
import { refreshStatus } from '../../app/session.js'
import { call, host } from '../../host/client.js'

type Provider = 'auto' | 'cpu' | 'cuda' | 'tensorrt' | 'dml' | 'coreml' | 'webgpu'
type Models = {
  rows: ModelRow[]
  doctor: Doctor | undefined
  problem: Problem | undefined
  /** What is being done just now: one thing at a time. */
  busy: 'install' | 'use' | 'provider' | undefined
  installed: string | undefined
}

export const useModels = create<Models>(() => ({
  rows: [],
  doctor: undefined,
  problem: undefined,
  busy: undefined,
  installed: undefined,
}))
const set = useModels.setState

/** Looks at the packs and tries the hardware. */
export async function look(): Promise<void> {
  set({ doctor: undefined })
  const list = await call('models.list', {})
  if (list.ok) set({ rows: list.value.models })
  const checks = await call('engine.doctor', {})
  if (checks.ok) set({ doctor: checks.value })
  else set({ problem: checks.problem })
}

async function doing<T>(
  what: NonNullable<Models['busy']>,
  work: () => Promise<Result<T>>,
): Promise<T | undefined> {
  set({ busy: what, problem: undefined, installed: undefined })
  const answer = await work()
  set({
    busy: undefined,
    ...(answer.ok || answer.problem.code === 'CANCELLED' ? {} : { problem: answer.problem }),
  })
  await refreshStatus()
  return answer.ok ? answer.value : undefined
}

export async function installModel(): Promise<void> {
  const [chosen] = (await host().pickFolder()) ?? []
  if (chosen?.kind !== 'granted') return
  const done = await doing('install', () => call('models.install', { path: grantedPath(chosen.token) }))
  if (done !== undefined) set({ rows: done.models, installed: done.installed })
}

/** Resolves when the model is in use; the window goes on meanwhile. */
export async function changeModel(id: string): Promise<void> {
  const done = await doing('use', () => call('models.use', { id }))
  if (done === undefined) return
  set({ rows: done.models })
  // How fast the hardware is was measured with the model before.
  await look()
}

export async function keepModel(): Promise<void> {
  await call('models.cancelUse', {})
  await refreshStatus()
}

export async function chooseProvider(name: string): Promise<void> {
  await doing('provider', () => call('models.provider', { name: name as Provider }))
  await look()
}
