/** Processes beside the engine (adapters: processes.ts). Services depend on this port, adapters implement it, createEngine joins them; units and shapes are part of it. */

export interface Child {
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (reason: string) => void): void
  kill(): void
}
/** What a process of its own found when it ran a model pack on an execution provider. */
export type Trial = {
  available: boolean
  reason: string
  /** The problem's sentence, where the pack itself is at fault. */
  message?: string
  /** Of one 224 x 224 image: median of three. */
  milliseconds?: number
  /** Of a drawn picture, to be compared between providers. */
  embedding?: number[]
}
/** Starts processes of ours: `child_process.fork` under Node, a utility process asked of main in Electron. */
export interface Processes {
  start(entry: 'decoder' | 'probe'): Child
}
