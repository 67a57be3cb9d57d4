/** The jobs of a decode process. */
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { Tag } from '@shared/domain/viewer.js'
import { HilumError } from '@shared/errors.js'
import { describeImage, pixelSha256, sampleBytes } from '../imaging/describe.js'
import { defaultVoi, toDisplay, toRgb8 } from '../imaging/display.js'
import { makePng, makePreview } from '../imaging/preview.js'
import { atFrame, type OpenImage, type Samples } from '../imaging/samples.js'
import { toViewerFrame } from '../imaging/viewerFrame.js'
import type { Decoded } from '../ports/decoding.js'
import type { Sources } from './bytesOf.js'
import { inColour } from './inColour.js'
import { npzDisplay, npzRow } from './npzImage.js'
import { openImage } from './openImage.js'
import type { Answers, Job, Place, Want } from './protocol.js'
import { sniff } from './sniff.js'
import { cautionsOf, viewOf } from './view.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The image at a place and the bytes a library keeps of it (a PNG for a row of an NPZ). */
async function openPlace(
  sources: Sources,
  name: string,
  place: Place,
): Promise<{ image: OpenImage; original: () => Promise<Uint8Array>; bytes: number; sha256: () => string }> {
  if (place.kind === 'npzRow') {
    const image = npzRow(await sources.stack(place.archive, place.split), place.row)
    const samples = await image.frame(0)
    return {
      image,
      original: () => rowPng(image, samples),
      bytes: samples.byteLength,
      sha256: () => sha256(sampleBytes(samples)),
    }
  }
  const bytes = await sources.bytes(place)
  const image = await openImage(name, bytes)
  return { image, original: () => Promise.resolve(bytes), bytes: bytes.length, sha256: () => sha256(bytes) }
}

async function rowPng(image: OpenImage, samples: Samples): Promise<Uint8Array> {
  const channels = image.samplesPerPixel === 3 ? 3 : 1
  const deep = samples instanceof Uint16Array
  const data = await sharp(samples as Uint8Array | Uint16Array, {
    raw: { width: image.columns, height: image.rows, channels },
  })
    .toColourspace(channels === 3 ? (deep ? 'rgb16' : 'srgb') : deep ? 'grey16' : 'b-w')
    .png()
    .toBuffer()
  return new Uint8Array(data)
}

async function decode(sources: Sources, name: string, place: Place, want: Want): Promise<Decoded> {
  const opened = await openPlace(sources, name, place)
  const index = want.frame ?? 0
  const image = atFrame(opened.image, index)
  const first = await image.frame(0)
  const samples = index === 0 ? first : await image.frame(index)
  const display = toDisplay(image, samples)
  const found = viewOf(image, display, () => inColour(image, samples))
  const { view, seen } = found
  const chosen =
    image.samplesPerPixel === 1 && !image.palette ? defaultVoi(image, samples).warning : undefined
  return {
    name,
    facts: {
      file: name,
      kind: image.kind,
      rows: image.rows,
      columns: image.columns,
      frames: image.frames,
      bitsStored: image.bitsStored,
      photometric: image.photometric,
      ...(image.transferSyntax === undefined ? {} : { transferSyntax: image.transferSyntax }),
      bytes: opened.bytes,
      sha256: opened.sha256(),
      synthetic: image.synthetic,
      warnings: chosen === undefined ? image.warnings : [...image.warnings, chosen],
    },
    study: image.study,
    view,
    ...(seen === true ? { viewSeen: true as const } : {}),
    cautions: cautionsOf(image.study, found, image),
    pixelSha256: pixelSha256(image, first),
    ...(image.seriesNumber === undefined ? {} : { seriesNumber: image.seriesNumber }),
    ...(image.instanceNumber === undefined ? {} : { instanceNumber: image.instanceNumber }),
    ...(image.seriesDescription === undefined ? {} : { seriesDescription: image.seriesDescription }),
    ...(image.notes === undefined ? {} : { notes: image.notes }),
    ...(want.display === true ? { display } : {}),
    ...(want.preview === undefined ||
    (want.previewIfLarger === true && Math.max(image.rows, image.columns) <= want.preview)
      ? {}
      : { preview: await makePreview(display, want.preview, toRgb8(image, samples)) }),
    ...(want.original === true ? { original: await opened.original() } : {}),
  }
}

async function tags(sources: Sources, name: string, place: Place): Promise<Tag[]> {
  if (place.kind === 'npzRow') return []
  const bytes = await sources.bytes(place)
  if (sniff(bytes) === 'dicom') {
    const { listTags } = await import('./dicom/tags.js')
    return listTags(bytes)
  }
  // Opened all the same: a file that is no image is refused rather than shown without tags.
  await openImage(name, bytes)
  return []
}

/** Does one job. @throws HilumError */
export async function work(sources: Sources, job: Job): Promise<Answers[Job['op']]> {
  switch (job.op) {
    case 'decode':
      return decode(sources, job.name, job.place, job.want)
    case 'npz':
      return npzDisplay(await sources.stack(job.archive, job.split))
    case 'frame': {
      const { image } = await openPlace(sources, job.name, job.place)
      return toViewerFrame(atFrame(image, job.frame), await image.frame(job.frame), job.frame, job.maxSide)
    }
    case 'tags':
      return tags(sources, job.name, job.place)
    case 'describe': {
      const { image } = await openPlace(sources, job.name, job.place)
      const report = await describeImage(image)
      if (!job.png) return { report }
      const samples = await image.frame(0)
      return { report, png: await makePng(toDisplay(image, samples), toRgb8(image, samples)) }
    }
    default:
      throw new HilumError('METHOD_UNKNOWN')
  }
}
