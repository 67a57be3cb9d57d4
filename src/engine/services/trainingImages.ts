/** The images a model was trained on, by the first 16 hex digits of their hashes, as its pack lists them. */
import { createHash } from 'node:crypto'
import type { VerifiedPack } from '../ports/models.js'

const DIGITS = 16

export class TrainingImages {
  readonly #hashes: ReadonlySet<string>
  /** SHA-256 of the list; empty without one. */
  readonly sha256: string

  private constructor(hashes: ReadonlySet<string>, sha256: string) {
    this.#hashes = hashes
    this.sha256 = sha256
  }

  /** A pack without a list, or with one that cannot be read, is taken to have been taught nothing of ours. */
  static of({ manifest, files }: Pick<VerifiedPack, 'manifest' | 'files'>): TrainingImages {
    const bytes = manifest.training.images === undefined ? undefined : files.get(manifest.training.images)
    if (bytes === undefined) return new TrainingImages(new Set(), '')
    const lists = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>
    const hashes = Object.values(lists)
      .filter((list): list is unknown[] => Array.isArray(list))
      .flat()
      .filter((hash): hash is string => typeof hash === 'string' && /^[0-9a-f]{16,64}$/.test(hash))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return new TrainingImages(new Set(hashes.map((hash) => hash.slice(0, DIGITS))), sha256)
  }

  /** @param sha256 of the file or of the stored samples (`pixelSha256`) */
  has(sha256: string): boolean {
    return this.#hashes.has(sha256.slice(0, DIGITS))
  }
}
