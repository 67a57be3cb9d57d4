/** An opened library of many cases with random embeddings and invented notes, and the words' encoder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { diskLibraries } from '../../src/engine/diskLibraries.js'
import { onnxPacks } from '../../src/engine/encoders/onnxPacks.js'
import type { ImageEncoder } from '../../src/engine/ports/models.js'
import { OpenWorkspace } from '../../src/engine/workspace.js'
import { engineEntries } from '../../tests/contract/entries.js'
import { makeBigLibrary } from './bigLibrary.js'

export async function bigWorkspace(cases: number) {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  const entriesDir = await engineEntries()
  const modelId = makeBigLibrary(folder, { cases })
  const packs = onnxPacks(
    [process.env['HILUM_MODELS'] ?? resolve(__dirname, '../../resources/models')],
    entriesDir,
  )
  const [pack] = await packs.folders()
  const text = await packs.openText(await packs.verify(pack as string))
  const encoder = { modelId, modelSha256: 'b'.repeat(64), dimension: 128 } as ImageEncoder
  const workspace = new OpenWorkspace(
    () => encoder,
    () => undefined,
  )
  await workspace.adopt(await diskLibraries(entriesDir).open(folder, {}, encoder))
  return {
    workspace,
    modelId,
    text,
    close: async (): Promise<void> => {
      await workspace.close()
      await text?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
