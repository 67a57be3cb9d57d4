/** The processes behind a host, read from /proc: who the engine is, and whether anything outlived its host. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Launched } from './hosts.js'

type Process = { pid: number; parent: number; command: string }

/** @returns every process of this machine; a process that ends while it is read is left out */
function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim()
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return [{ pid: Number(name), parent, command }]
      } catch {
        return []
      }
    })
}

/** Engines of this user's data: told by their command line, so that those of other runs are left alone. */
export function enginesOf({ userData }: Pick<Launched, 'userData'>): number[] {
  return processes()
    .filter(({ command }) => /engine[\\/]index\.cjs/.test(command) && command.includes(userData))
    .map(({ pid }) => pid)
}

/** Every process below one, at any depth. */
export function descendants(pid: number): number[] {
  const all = processes()
  const below = (parent: number): number[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each.pid, ...below(each.pid)])
  return below(pid)
}

export function isAlive(pid: number): boolean {
  return processes().some((each) => each.pid === pid && each.command !== '')
}
