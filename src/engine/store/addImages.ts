/** Adds a batch of decoded and encoded images: objects first, then one transaction, then the derived pictures. */
import { HilumError } from '@shared/errors.js'
import { findingsIn } from '@shared/findingList.js'
import type { Added, NewImage } from '../ports/library.js'
import { mergedStudy, normalisedFindings, mergedView, studyKeyOf } from './caseFacts.js'
import { contradicts } from './labelConflicts.js'
import { caseIdOf, imageIdOf } from './ids.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

const IMPORTED = 'import'

function checkEmbedding(image: NewImage): void {
  if (image.embedding.length === 0 || !image.embedding.every(Number.isFinite))
    throw new HilumError('MODEL_FAILED', undefined, { detail: image.decoded.name })
}

function addOne(library: SqliteLibrary, image: NewImage, object: string, at: string): Added {
  const { decoded, labels } = image
  const { caseRepository, images, embeddings, noteRepository } = library
  const known = images.byPixels(decoded.pixelSha256)
  if (known) {
    // A second import with labels names what had none; it never overrules, and says where it would have.
    const stored = caseRepository.findings(known.caseKey)
    const offered = normalisedFindings(image.findings)
    // An earlier Hilum kept a list as one finding: the same list, brought again, parts it.
    const parted = normalisedFindings(stored.flatMap(findingsIn))
    if (offered.length > 0 && (stored.length === 0 || parted.join() === offered.join())) {
      if (stored.join() === offered.join()) return 'duplicate'
      caseRepository.setFindings(known.caseKey, offered)
      caseRepository.refreshWords(known.caseKey)
      return 'duplicate'
    }
    if (!contradicts(stored, offered)) return 'duplicate'
    library.conflicts.add(known.caseKey, decoded.name, offered, at)
    return { conflict: { file: decoded.name, caseId: caseIdOf(known.caseKey), offered, stored } }
  }
  const study = mergedStudy(decoded.study, labels)
  const view = mergedView(decoded, labels)
  const caseKey = caseRepository.findOrInsert({
    studyKey: studyKeyOf(study, labels),
    study,
    view,
    source: image.sourceName,
    sourceUrl: labels?.sourceUrl,
    licence: labels?.licence,
    synthetic: decoded.facts.synthetic,
    importedAt: at,
  })
  const imageKey = images.insert(caseKey, image, study, view, object)
  embeddings.insert(imageKey, embeddings.modelKeyFor(image.modelId, image.embedding.length), image.embedding)
  caseRepository.imageAdded(caseKey, { imageKey, study, view, synthetic: decoded.facts.synthetic })
  const before = caseRepository.findings(caseKey)
  if (image.findings.length > 0) caseRepository.setFindings(caseKey, [...before, ...image.findings])
  for (const text of [labels?.notes, decoded.notes])
    if (text !== undefined) noteRepository.addImported(caseKey, text, IMPORTED, at)
  caseRepository.refreshWords(caseKey)
  return { imageId: imageIdOf(imageKey), caseId: caseIdOf(caseKey) }
}

/**
 * Adds images in one transaction. Returns, in order, the new ids, 'duplicate' for pixels the library has, or the
 * conflict where their labels contradict.
 * @throws MODEL_FAILED for an embedding that is not finite, DISK_FULL, STORAGE_FAILED; then none was added
 */
export function addImages(library: SqliteLibrary, images: readonly NewImage[]): Added[] {
  images.forEach(checkEmbedding)
  const objects = images.map((image) => {
    if (library.hasPixels(image.decoded.pixelSha256)) return ''
    const sha256 = library.objects.nameOf(image.original)
    library.objects.put(sha256, image.original)
    return sha256
  })
  const at = new Date().toISOString()
  const added = library.write('import', `${images.length} images`, {}, () => {
    const results = images.map((image, place) => addOne(library, image, objects[place] ?? '', at))
    const modelId = images[0]?.modelId
    if (results.some(isNew)) library.vectorsChanged()
    if (modelId !== undefined && library.modelId === '') library.rememberModel(modelId)
    return results
  })
  added.forEach((each, place) => {
    const preview = images[place]?.preview
    if (isNew(each) && preview) savePreviewQuietly(library, objects[place] ?? '', preview)
    // The same picture twice in one batch, in two files: nothing names the second file.
    const object = objects[place] ?? ''
    if (!isNew(each) && object !== '' && library.images.objectBytesOf(object) === undefined)
      library.objects.remove(object)
  })
  return added
}

const isNew = (added: Added): boolean => added !== 'duplicate' && !('conflict' in added)

function savePreviewQuietly(
  library: SqliteLibrary,
  object: string,
  preview: NonNullable<NewImage['preview']>,
) {
  try {
    library.previews.save(object, preview)
  } catch {
    // Derived and made again when asked for: a full disk here must not turn a committed import into a failure.
  }
}
