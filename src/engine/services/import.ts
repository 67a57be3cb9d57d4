/** Importing files and the public PneumoniaMNIST set into the open library. */
import * as fs from 'node:fs'
import type { ImportResult } from '@shared/domain/library.js'
import type { CallContext, Handler, Workspace } from '../ports/calls.js'
import type { Decoder, SourceLister } from '../ports/decoding.js'
import { FILE_MODE } from '../../node/files.js'
import { guarded } from '../../node/storageErrors.js'
import { fetchDataset, PNEUMONIA_MNIST, type DatasetOptions } from './datasets.js'
import { ImportTarget } from './importing/importTarget.js'
import { runImport, type ImportHooks, type ImportRequest } from './importing/importRun.js'

export type Importer = {
  run: Handler<'import.run'>
  pneumoniaMnist: Handler<'import.pneumoniaMnist'>
  /** An import by the engine itself, into the open library. */
  into(request: ImportRequest, context: CallContext, hooks?: ImportHooks): Promise<ImportResult>
}

/** @param datasets where downloads are kept and, in tests, where they come from */
export function importService(
  workspace: Workspace,
  lister: SourceLister,
  decoder: Decoder,
  datasets: DatasetOptions,
): Importer {
  const into: Importer['into'] = async (request, context, hooks) => {
    const { library, index, encoder } = workspace
    try {
      return await runImport(
        { lister, decoder, encoder, target: new ImportTarget(library, index) },
        request,
        context,
        hooks,
      )
    } finally {
      // Also after a failure: what was committed before is in the library.
      await index.saveQuietly()
      workspace.changed()
    }
  }
  return {
    into,
    async run({ sources, labels, sourceName, classes, ackPath }, context) {
      const acknowledge = ackPath === undefined ? undefined : openAcknowledgements(ackPath)
      try {
        return await into(
          {
            sources,
            ...(labels === undefined ? {} : { labels }),
            ...(sourceName === undefined ? {} : { sourceName }),
            ...(classes === undefined ? {} : { classes }),
          },
          context,
          acknowledge === undefined ? {} : { onCommitted: acknowledge.append },
        )
      } finally {
        acknowledge?.close()
      }
    },
    async pneumoniaMnist({ size }, context) {
      // Before the download, not after it: a library that cannot be written needs no 40 MB first.
      workspace.library.counts()
      const dataset = PNEUMONIA_MNIST[size]
      const file = await fetchDataset(dataset, datasets, context)
      return await into({ sources: [{ kind: 'path', path: file }], sourceName: dataset.source }, context)
    },
  }
}

/** A file that gets one line an image, after the image's commit. */
function openAcknowledgements(file: string) {
  const handle = guarded(() => fs.openSync(file, 'a', FILE_MODE))
  return {
    append: (imageIds: readonly string[]) =>
      guarded(() => fs.writeFileSync(handle, imageIds.map((imageId) => `${imageId}\n`).join(''))),
    close: () => fs.closeSync(handle),
  }
}
