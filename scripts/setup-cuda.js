// npm run setup:cuda: fetches ONNX Runtime's CUDA part for Linux, by the script that onnxruntime-node brings for it.
// CUDA 12 and cuDNN 9 themselves come from the system. Afterwards `hilum doctor` says whether it works and how fast.
'use strict'

const { spawnSync } = require('node:child_process')
const { join } = require('node:path')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(
    'This is for Linux on x64 only. Windows uses DirectML and macOS Core ML, which come with Hilum.',
  )
  process.exit(1)
}
const script = join(__dirname, '..', 'node_modules', 'onnxruntime-node', 'script', 'install.js')
const { status, error } = spawnSync(process.execPath, [script, '--onnxruntime-node-install=cuda12'], {
  stdio: 'inherit',
})
if (status !== 0) {
  console.error(
    `The CUDA libraries could not be fetched${error === undefined ? '' : ` (${error.message})`}. Nothing else changes: Hilum runs on the processor.`,
  )
  process.exit(1)
}
console.log('Fetched. "npx --no-install hilum doctor" tries it; the window’s settings choose it.')
