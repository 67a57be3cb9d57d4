import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const root = __dirname
const alias = { '@shared': resolve(root, 'src/shared') }
/** Pure JavaScript that is bundled, so that main and preload run in any Electron; natives stay external. */
const bundled = ['zod']
const cjs = (dir: string) => ({
  format: 'cjs' as const,
  entryFileNames: `${dir}[name].cjs`,
  chunkFileNames: 'chunks/[name]-[hash].cjs',
})

/** `virtual:packages`: what the program ships, for its page of licences. */
function packageList() {
  const id = 'virtual:packages'
  return {
    name: 'hilum-packages',
    resolveId: (source: string) => (source === id ? `\0${id}` : undefined),
    load(source: string) {
      if (source !== `\0${id}`) return undefined
      const { shippedPackages } = createRequire(__filename)('./build/shippedPackages.cjs') as {
        shippedPackages: () => object[]
      }
      return `export const packages = ${JSON.stringify(shippedPackages())}`
    },
  }
}

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out',
      emptyOutDir: false,
      target: 'node16',
      sourcemap: true,
      externalizeDeps: { exclude: bundled },
      rollupOptions: {
        input: {
          'main/index': resolve(root, 'src/main/index.ts'),
          'engine/index': resolve(root, 'src/engine/index.ts'),
          'engine/decoder': resolve(root, 'src/engine/ingest/decoderProcess.ts'),
          'engine/probe': resolve(root, 'src/engine/encoders/probeProcess.ts'),
          'engine/encoderLane': resolve(root, 'src/engine/encoders/encoderLane.ts'),
          'engine/faissWorker': resolve(root, 'src/engine/index/faissWorker.ts'),
          'web/index': resolve(root, 'src/web/index.ts'),
          'cli/index': resolve(root, 'src/cli/index.ts'),
        },
        output: cjs(''),
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      outDir: 'out/preload',
      // electron-vite takes Node targets only; this one's syntax is within Chrome 108's.
      target: 'node16',
      sourcemap: false,
      externalizeDeps: { exclude: bundled },
      rollupOptions: { input: { index: resolve(root, 'src/preload/index.ts') }, output: cjs('') },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    resolve: { alias },
    plugins: [react(), packageList()],
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'chrome108',
      // electron-vite leaves it readable unless told otherwise.
      minify: true,
      sourcemap: false,
      rollupOptions: { input: resolve(root, 'src/renderer/index.html') },
    },
  },
})
