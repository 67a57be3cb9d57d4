/** The engine's processes and threads, bundled once a test file. */
import { bundleEntries } from '../support/entries.js'

let bundled: Promise<string> | undefined

export function engineEntries(): Promise<string> {
  bundled ??= bundleEntries({
    index: 'src/engine/index.ts',
    decoder: 'src/engine/ingest/decoderProcess.ts',
    encoderLane: 'src/engine/encoders/encoderLane.ts',
    faissWorker: 'src/engine/index/faissWorker.ts',
    probe: 'src/engine/encoders/probeProcess.ts',
  })
  return bundled
}
