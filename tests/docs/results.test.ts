/** The figures that are shown are the figures of the model that is shipped. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(__dirname, '..', '..')
const pack = join(root, 'resources', 'models', 'hilum-cxr-1')

it('docs/results.md names the image encoder that is in the pack', () => {
  const { files } = JSON.parse(readFileSync(join(pack, 'model.json'), 'utf8')) as {
    files: Record<string, string>
  }
  const sha256 = files['image.onnx'] ?? 'none'
  const results = readFileSync(join(root, 'docs', 'results.md'), 'utf8')
  expect(results).toContain(`**The shipped pack**: image.onnx \`${sha256.slice(0, 16)}\``)
})
