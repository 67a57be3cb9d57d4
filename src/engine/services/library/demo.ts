/** The synthetic demo library: drawn, imported like any folder, with a sample study beside it. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { sampleStudy, writeDemoSet } from '../../demo/demoSet.js'
import { makeFolder } from '../../../node/files.js'
import type { CallContext } from '../../ports/calls.js'
import type { Library } from '../../ports/library.js'
import type { Importer } from '../import.js'

const COMPLETE = 'demo.complete'
const NAME = 'Synthetic demo'

/** True once the whole demo was imported; an interrupted one is continued. */
export function isDemoComplete(library: Library): boolean {
  return library.setting(COMPLETE) === true
}

/** Draws and imports the demo into the open library. @throws CANCELLED; the next call continues */
export async function buildDemo(library: Library, importer: Importer, context: CallContext): Promise<void> {
  const { work, sample } = library.folders
  const drawn = path.join(work, 'demo')
  makeFolder(drawn)
  try {
    library.setName(NAME)
    const { labels } = await writeDemoSet(drawn, {
      signal: context.signal,
      onProgress: ({ done, total, item }) =>
        context.progress({ phase: 'Drawing the demo cases', done, total, item }),
    })
    await sampleStudy(sample)
    const result = await importer.into(
      {
        sources: [{ kind: 'path', path: drawn }],
        labels: { kind: 'path', path: labels },
        sourceName: NAME,
      },
      context,
      { phase: 'Importing the demo cases' },
    )
    if (result.cancelled !== true) library.setSetting(COMPLETE, true)
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}
