/**
 * Every file and database call of what a library does, failed once: full disk, refused, I/O error. The faults are made
 * below Node and below SQLite (shim.c, preloaded), so that both are met alike. Linux only, where that can be done.
 */
import { execFileSync, fork, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, it } from 'vitest'
import { bundleEntries } from '../support/entries.js'
import { temporaryFolder } from '../support/library.js'
import type { FaultJob, FaultReport } from './child.js'

const FULL = process.env['HILUM_FULL'] === '1'
const possible = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

it.skipIf(!possible)(
  'stays whole and says why when any one file or database call fails',
  async () => {
    const root = temporaryFolder('hilum-faults')
    try {
      const shim = path.join(root, 'shim.so')
      execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', shim, path.join(__dirname, 'shim.c'), '-ldl'])
      const state = path.join(root, 'state')
      fs.writeFileSync(state, Buffer.alloc(96))
      const files = path.join(root, 'files')
      fs.mkdirSync(files)
      const entries = await bundleEntries({
        child: 'tests/faults/child.ts',
        faissWorker: 'src/engine/index/faissWorker.ts',
      })
      const job: FaultJob = {
        root: files,
        state,
        entries,
        errnos: ['ENOSPC', 'EACCES', 'EIO'],
        stride: FULL ? 1 : 10,
      }
      const report = await new Promise<FaultReport>((resolve, reject) => {
        const child = fork(path.join(entries, 'child.cjs'), [JSON.stringify(job)], {
          env: { ...process.env, LD_PRELOAD: shim, HILUM_FAULT_DIR: files, HILUM_FAULT_STATE: state },
          serialization: 'advanced',
        })
        child.on('message', (message) => resolve(message as FaultReport))
        child.on('exit', (code, signal) => reject(new Error(`the child ended: ${signal ?? code}`)))
      })
      console.info(
        `${report.points} points tried, ${report.injected} faults injected (${JSON.stringify(report.byOperation)}), ` +
          `codes ${JSON.stringify(report.codes)}, ${report.wrong.length} losses, longest hang ` +
          `${report.longestMilliseconds?.toFixed(0)} ms, peak memory ${report.peakMegabytes} MB`,
      )
      expect(report.wrong).toEqual([])
      expect(report.injected).toBe(report.points)
      expect(report.points).toBeGreaterThan(100)
    } finally {
      fs.rmSync(root, { recursive: true, force: true })
    }
  },
  1_800_000,
)
