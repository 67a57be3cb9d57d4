/** Public image sets fetched on the user's click only: resumed where a download broke off, checked by checksum. */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { CallContext } from '../ports/calls.js'
import { FILE_MODE, makeFolder, sizeOf, syncFolder } from '../../node/files.js'
import { guarded, storageError } from '../../node/storageErrors.js'

export type Dataset = { file: string; md5: string; source: string }

/** MedMNIST v2's record on Zenodo, CC BY 4.0 (Yang et al., Sci Data 2023;10:41). */
export const MEDMNIST_URL = 'https://zenodo.org/records/10519652/files/'
const SOURCE = 'PneumoniaMNIST (MedMNIST v2, CC BY 4.0)'
export const PNEUMONIA_MNIST: Readonly<Record<28 | 224, Dataset>> = {
  28: { file: 'pneumoniamnist.npz', md5: '28209eda62fecd6e6a2d98b1501bb15f', source: SOURCE },
  224: { file: 'pneumoniamnist_224.npz', md5: 'd6a3c71de1b945ea11211b03746c1fe1', source: SOURCE },
}

export type DatasetOptions = {
  /** Downloads are kept here, so that the same set is fetched once. */
  folder: string
  /** Where files come from, with a final `/`; MedMNIST's record when absent. */
  baseUrl?: string
  /** Without a byte for this long the server counts as unreachable. */
  stallMilliseconds?: number
}

const STALL_MILLISECONDS = 30_000

async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function offline(error: unknown): HilumError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return new HilumError('NETWORK_OFFLINE', undefined, {
    detail: cause instanceof Error ? cause.message : String(cause),
    cause: error,
  })
}

/** One request for the rest of the file; appends what comes. Returns false when the server has no such rest. */
async function fetchRest(
  url: string,
  partial: string,
  options: DatasetOptions,
  context: CallContext,
): Promise<boolean> {
  const { signal } = context
  const have = sizeOf(partial) ?? 0
  const stall = new AbortController()
  const milliseconds = options.stallMilliseconds ?? STALL_MILLISECONDS
  let timer = setTimeout(() => stall.abort(), milliseconds)
  const either = AbortSignal.any([signal, stall.signal])
  let handle: number | undefined
  try {
    const response = await fetch(url, {
      signal: either,
      redirect: 'follow',
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
    })
    if (response.status === 416) return false
    if (!response.ok || response.body === null)
      throw new HilumError('NETWORK_OFFLINE', 'The server does not give the file.', {
        detail: `status ${response.status}`,
      })
    const resumed = response.status === 206 && startOf(response.headers.get('content-range')) === have
    let done = resumed ? have : 0
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) ? { total: done + length } : {}
    handle = guarded(() => fs.openSync(partial, resumed ? 'a' : 'w', FILE_MODE))
    const started = performance.now()
    const before = done
    for await (const chunk of response.body) {
      clearTimeout(timer)
      timer = setTimeout(() => stall.abort(), milliseconds)
      const open = handle
      guarded(() => fs.writeFileSync(open, chunk))
      done += chunk.byteLength
      const rate = (done - before) / Math.max(0.001, (performance.now() - started) / 1000)
      context.progress({ phase: 'Downloading', done, ...total, rate, item: path.basename(url) })
    }
    fs.fsyncSync(handle)
    return true
  } catch (error) {
    if (signal.aborted) throw new HilumError('CANCELLED')
    const known = storageError(error)
    if (known instanceof HilumError) throw known
    throw offline(error)
  } finally {
    clearTimeout(timer)
    if (handle !== undefined) fs.closeSync(handle)
  }
}

/** The first byte a `content-range: bytes 100-199/200` speaks of. */
function startOf(range: string | null): number | undefined {
  const start = /^bytes (\d+)-/.exec(range ?? '')?.[1]
  return start === undefined ? undefined : Number(start)
}

/**
 * The set's file on this machine, fetched where it is not there yet.
 * @throws NETWORK_OFFLINE (what came so far is kept and continued), DOWNLOAD_DAMAGED (removed), DISK_FULL, CANCELLED
 */
export async function fetchDataset(
  dataset: Dataset,
  options: DatasetOptions,
  context: CallContext,
): Promise<string> {
  const target = path.join(options.folder, dataset.file)
  if (fs.existsSync(target)) {
    if ((await md5Of(target)) === dataset.md5) return target
    guarded(() => fs.rmSync(target))
  }
  guarded(() => makeFolder(options.folder))
  const partial = `${target}.partial`
  const url = `${options.baseUrl ?? MEDMNIST_URL}${dataset.file}`
  const hadPart = (sizeOf(partial) ?? 0) > 0
  if (!(await fetchRest(url, partial, options, context))) {
    // The server has nothing after what is here: it is whole, or of another file.
    if ((await md5Of(partial)) !== dataset.md5) {
      fs.rmSync(partial, { force: true })
      await fetchRest(url, partial, options, context)
    }
  } else if (hadPart && (await md5Of(partial)) !== dataset.md5) {
    // The old part may be of another file: once more from the start before giving up.
    fs.rmSync(partial, { force: true })
    await fetchRest(url, partial, options, context)
  }
  if ((await md5Of(partial)) !== dataset.md5) {
    fs.rmSync(partial, { force: true })
    throw new HilumError('DOWNLOAD_DAMAGED')
  }
  guarded(() => {
    fs.renameSync(partial, target)
    syncFolder(options.folder)
  })
  return target
}
