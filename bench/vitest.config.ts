import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Benchmarks are no tests: they print ratios beside a named peer and assert only that both did the same work. */
export default defineConfig({
  resolve: { alias: { '@shared': resolve(__dirname, '../src/shared') } },
  test: {
    root: resolve(__dirname, '..'),
    include: ['bench/**/*.bench.ts'],
    pool: 'forks',
    testTimeout: 1_800_000,
    maxWorkers: 1,
  },
})
