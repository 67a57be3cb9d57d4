/** Everything decodable in what was dropped: files, folders, ZIP, NPZ, DICOMDIR; nothing is decoded here. */
import { open, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Source } from '@shared/domain/images.js'
import { HilumError, problem, problemOf } from '@shared/errors.js'
import type { Item, ListedFailure, SourceLister } from '../ports/decoding.js'
import { openArchive, type ArchiveSource } from './archive.js'
import { fileError, readFileSafely } from './bytesOf.js'
import { classesOf } from './classFolders.js'
import { dicomDirReferences, isDicomDir } from './dicomdir.js'
import { resolveInside } from './inside.js'
import { parseLabels, type Labels } from './labels.js'
import { readLabels, readStackSize, splitsOf } from './npz.js'
import { labelCount, unnamedLabels } from './npzLabels.js'
import { notAnImage, sniff } from './sniff.js'
import { byName, isSilent, walkFolder } from './walk.js'

type Listed = { item: Item } | { failure: ListedFailure }
type Options = { labels: Labels | undefined; classes?: readonly string[]; signal?: AbortSignal }

/** A label file that lies beside the images speaks for them, unless the caller brought one. */
const OWN_LABELS = 'labels.csv'
const failure = (file: string, error: unknown): Listed => ({ failure: { file, problem: problemOf(error) } })

/** Extensions whose content the decoder judges; all others are looked into while listing. */
const IMAGES = /\.(dcm|dicom|png|jpe?g|jfif|tiff?|bmp|dib)$/i

/** Bytes at the start of a file; enough for every magic number. */
async function head(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(4096)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(path, error)
  }
}

/** The label file nearest the top, as exporters put it there; undefined when there is none. */
function ownLabelsAmong(names: readonly string[]): string | undefined {
  const depth = (name: string) => name.split('/').length
  return names
    .filter((name) => basename(name).toLowerCase() === OWN_LABELS)
    .sort((a, b) => depth(a) - depth(b) || byName(a, b))[0]
}

/** Labels that were found, or why they could not be read: the images are then listed without them. */
async function ownLabels(
  name: string,
  read: () => Promise<Uint8Array>,
): Promise<{ labels: Labels } | { failed: Listed }> {
  try {
    return { labels: parseLabels(await read()) }
  } catch (error) {
    return { failed: failure(name, error) }
  }
}

/** An item with the finding of its folder, or what the label file says of it. */
function labelled(item: Item, finding: string | undefined, labels: Labels | undefined): Item {
  const found = labels?.find(item.name)
  // A label file that names the image has the last word: an empty finding is unlabelled.
  const named = found ? found.findings : finding === undefined ? undefined : [finding]
  return {
    ...item,
    ...(named === undefined ? {} : { findings: named }),
    ...(found ? { labels: found } : {}),
  }
}

async function* listNpz(
  name: string,
  source: ArchiveSource,
  split: string | undefined,
  options: Options,
): AsyncGenerator<Listed> {
  const archive = await openArchive(source)
  try {
    const splits = split === undefined ? splitsOf(archive) : [split]
    if (splits.length === 0) throw new HilumError('NPZ_INVALID')
    const classes = options.classes ?? (/pneumonia_?mnist/i.test(name) ? ['NORMAL', 'PNEUMONIA'] : undefined)
    for (const one of splits) {
      const { n } = await readStackSize(archive, one)
      const values = await readLabels(archive, one)
      if (values && values.length !== n) throw labelCount(basename(name), one, n, values.length)
      const unnamed = values && unnamedLabels(values, classes)
      if (unnamed) yield failure(`${name}#${one}`, unnamed)
      for (let row = 0; row < n; row++) {
        if (options.signal?.aborted === true) throw new HilumError('CANCELLED')
        const label = values?.[row]
        const item: Item = {
          name: `${name}/${one}/${row}`,
          locator: { kind: 'npzRow', archive: source, split: one, row },
        }
        const finding = label === undefined ? undefined : classes?.[label]?.toUpperCase()
        yield { item: labelled(item, finding, options.labels) }
      }
    }
  } finally {
    archive.close()
  }
}

async function* listZip(
  name: string,
  source: ArchiveSource,
  split: string | undefined,
  options: Options,
): AsyncGenerator<Listed> {
  const archive = await openArchive(source)
  let entries: string[]
  let labels = options.labels
  try {
    if (split !== undefined || splitsOf(archive).length > 0 || /\.npz$/i.test(name)) {
      yield* listNpz(name, source, split, options)
      return
    }
    for (const [entry, refusal] of archive.refused)
      if (!isSilent(entry)) yield failure(`${name}/${entry}`, refusal)
    entries = archive.entries.map((entry) => entry.name).filter((entry) => !isSilent(entry))
    const beside = ownLabelsAmong(archive.entries.map((entry) => entry.name))
    if (labels === undefined && beside !== undefined) {
      const own = await ownLabels(`${name}/${beside}`, () => archive.read(beside))
      if ('failed' in own) yield own.failed
      else ({ labels } = own)
    }
    if (entries.length === 0 && archive.refused.size === 0)
      yield failure(name, new HilumError('FOLDER_EMPTY', 'The archive holds no images.'))
  } finally {
    archive.close()
  }
  entries.sort(byName)
  const classOf = classesOf(entries)
  for (const entry of entries) {
    if (options.signal?.aborted === true) throw new HilumError('CANCELLED')
    const item: Item = { name: `${name}/${entry}`, locator: { kind: 'zipEntry', archive: source, entry } }
    yield { item: labelled(item, classOf(entry), labels) }
  }
}

async function* listDicomDir(path: string, bytes: Uint8Array, options: Options): AsyncGenerator<Listed> {
  const folder = dirname(path)
  const references = dicomDirReferences(bytes)
  if (references.length === 0)
    yield failure(basename(path), new HilumError('FOLDER_EMPTY', 'The DICOMDIR lists no images.'))
  for (const reference of references) {
    if ('refused' in reference) {
      yield failure(basename(path), reference.refused)
      continue
    }
    const name = reference.parts.join('/')
    try {
      const file = await resolveInside(folder, reference.parts)
      yield { item: labelled({ name, locator: { kind: 'file', path: file } }, undefined, options.labels) }
    } catch (error) {
      yield failure(name, notBeside(error))
    }
  }
}

/** A file that a DICOMDIR names and that is not beside it was most likely not copied. */
function notBeside(error: unknown): unknown {
  return error instanceof HilumError && error.code === 'FILE_NOT_FOUND'
    ? new HilumError('FILE_NOT_FOUND', 'The DICOMDIR names this file, but it is not beside it.', {
        cause: error,
      })
    : error
}

async function* listFile(
  path: string,
  name: string,
  split: string | undefined,
  finding: string | undefined,
  options: Options,
  asked: boolean,
): AsyncGenerator<Listed> {
  try {
    const item: Item = { name, locator: { kind: 'file', path } }
    if (split === undefined && !asked && IMAGES.test(name)) {
      yield { item: labelled(item, finding, options.labels) }
      return
    }
    const start = await head(path)
    const kind = sniff(start)
    if (kind === 'zip') yield* listZip(name, { path }, split, options)
    else if (asked && kind === 'dicom' && extname(name) === '' && isDicomDir(await readFileSafely(path)))
      yield* listDicomDir(path, await readFileSafely(path), options)
    else if (asked || /^(dicom|png|jpeg|tiff|bmp)$/.test(kind))
      yield { item: labelled(item, finding, options.labels) }
    else yield failure(name, notAnImage(name, start))
  } catch (error) {
    yield failure(name, error)
  }
}

async function* listFolder(path: string, options: Options): AsyncGenerator<Listed> {
  const failed: Listed[] = []
  const root = basename(path)
  const all = await walkFolder(
    path,
    (folder, error) => failed.push(failure(`${root}/${folder}`, error)),
    options.signal,
  )
  const files = all.filter((file) => !isSilent(file))
  const beside = ownLabelsAmong(all)
  let within = options
  if (options.labels === undefined && beside !== undefined) {
    const own = await ownLabels(`${root}/${beside}`, () => readFileSafely(join(path, beside)))
    if ('failed' in own) failed.push(own.failed)
    else within = { ...options, labels: own.labels }
  }
  yield* failed
  if (files.length === 0 && failed.length === 0) yield failure(root, new HilumError('FOLDER_EMPTY'))
  // With its own name, as a browser hands a folder over: `NORMAL/` added alone is a class as well.
  const named = (file: string): string => `${root}/${file}`
  const classOf = classesOf(files.map(named))
  for (const file of files) {
    if (options.signal?.aborted === true) throw new HilumError('CANCELLED')
    yield* listFile(join(path, file), named(file), undefined, classOf(named(file)), within, false)
  }
}

/** A path and the split that may follow it after `#`; a file whose own name has a `#` is that file. */
async function splitOf(path: string): Promise<{ path: string; split?: string }> {
  const at = path.lastIndexOf('#')
  // Nothing before the mark: a split of no file. Without its name the path would be the folder around it.
  if (at < 0 || at === path.length - basename(path).length) return { path }
  try {
    await stat(path)
    return { path }
  } catch {
    // No such file: what follows the mark names a split.
    return { path: path.slice(0, at), split: path.slice(at + 1) }
  }
}

async function* listPath(given: string, options: Options): AsyncGenerator<Listed> {
  const { path, split } = await splitOf(given)
  const name = basename(path)
  try {
    const facts = await stat(path).catch((error: unknown) => {
      throw fileError(path, error)
    })
    if (facts.isDirectory()) yield* listFolder(path, options)
    else if (facts.isFile()) yield* listFile(path, name, split, undefined, options, true)
    else throw new HilumError('FILE_UNREADABLE', 'This is not a regular file.')
  } catch (error) {
    yield failure(name, error)
  }
}

async function* listBytes(
  name: string,
  bytes: Uint8Array,
  alone: boolean,
  finding: string | undefined,
  options: Options,
): AsyncGenerator<Listed> {
  if (!alone && isSilent(name)) return
  const hash = name.lastIndexOf('#')
  try {
    if (sniff(bytes) !== 'zip') {
      yield { item: labelled({ name, locator: { kind: 'bytes', bytes } }, finding, options.labels) }
      return
    }
    const split = hash > 0 ? name.slice(hash + 1) : undefined
    yield* listZip(hash > 0 ? name.slice(0, hash) : name, { bytes }, split, options)
  } catch (error) {
    yield failure(name, error)
  }
}

/** The likeliest mistake with a labels file of one's own: names written otherwise. */
function unmatched(source: Source, rows: number, images: number): Listed {
  const file = source.kind === 'path' ? basename(source.path) : source.name
  const said = `Its ${rows} ${rows === 1 ? 'row names' : 'rows name'} none of the ${images} ${images === 1 ? 'image' : 'images'}.`
  return {
    failure: {
      file,
      problem: problem('LABELS_UNMATCHED', said),
    },
  }
}

/** The lister of the product. */
export class FileSourceLister implements SourceLister {
  async *list(
    sources: readonly Source[],
    options: { labels?: Source; classes?: readonly string[]; signal?: AbortSignal },
  ): AsyncGenerator<Listed> {
    let labels: Labels | undefined
    if (options.labels) {
      const { labels: source } = options
      labels = parseLabels(source.kind === 'path' ? await readFileSafely(source.path) : source.bytes)
    }
    const dropped = sources.flatMap((source) => (source.kind === 'bytes' ? [source.name] : []))
    // A browser hands a folder over as its files.
    const beside = ownLabelsAmong(dropped)
    const labelFile = sources.find((source) => source.kind === 'bytes' && source.name === beside)
    if (labels === undefined && labelFile?.kind === 'bytes') {
      const own = await ownLabels(labelFile.name, () => Promise.resolve(labelFile.bytes))
      if ('failed' in own) yield own.failed
      else labels = own.labels
    }
    const inner: Options = {
      labels,
      ...(options.classes ? { classes: options.classes } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    }
    const classOf = classesOf(dropped.filter((name) => !isSilent(name)))
    let images = 0
    for (const source of sources) {
      if (options.signal?.aborted === true) throw new HilumError('CANCELLED')
      const listed =
        source.kind === 'path'
          ? listPath(source.path, inner)
          : listBytes(source.name, source.bytes, sources.length === 1, classOf(source.name), inner)
      for await (const each of listed) {
        if ('item' in each) images++
        yield each
      }
    }
    if (options.labels !== undefined && labels?.used === false && images > 0)
      yield unmatched(options.labels, labels.rows, images)
  }
}
