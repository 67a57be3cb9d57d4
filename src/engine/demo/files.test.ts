import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { withFolder } from '../../../tests/fixtures/folder.js'
import { toDisplay } from '../imaging/display.js'
import { openImage } from '../ingest/openImage.js'
import { viewOf } from '../ingest/view.js'
import { sampleStudy, writeDemoSet } from './demoSet.js'
import { drawPhantom, type Phantom } from './phantom.js'
import { phantomDicom, type DicomLook } from './phantomDicom.js'
import { pictureFile } from './pictureFile.js'

const header = {
  patientId: 'DEMO-0001',
  patientName: 'DEMO^0001',
  sex: 'F',
  age: 0.6,
  studyDate: '20240312',
  studyTime: '094200',
  studyKey: 'test',
  seriesNumber: 1,
  instanceNumber: 1,
} as const
const phantom = drawPhantom(4, { rows: 90, columns: 100, view: 'AP' })

function worst(shown: { values: Uint16Array }, drawn: Phantom): number {
  return drawn.values.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (shown.values[i] as number))),
    0,
  )
}

describe('phantoms as files', () => {
  const looks: DicomLook[] = [
    { photometric: 'MONOCHROME2', bitsStored: 12, voi: 'window' },
    { photometric: 'MONOCHROME1', bitsStored: 12, voi: 'window' },
    { photometric: 'MONOCHROME2', bitsStored: 14, voi: 'lut' },
    { photometric: 'MONOCHROME1', bitsStored: 10, voi: 'lut' },
    { photometric: 'MONOCHROME2', bitsStored: 16, voi: 'none' },
  ]
  it.each(looks)(
    'show the drawn grey again through the pipeline: $photometric $voi $bitsStored',
    async (look) => {
      const opened = await openImage('a.dcm', phantomDicom(phantom, header, look))
      const shown = toDisplay(opened, await opened.frame(0))
      // Without a window the pipeline chooses its own, so only the order of greys is kept.
      if (look.voi === 'none') expect(shown.values.length).toBe(phantom.values.length)
      else expect(worst(shown, phantom)).toBeLessThan((65535 / 2 ** look.bitsStored) * 6)
      expect(opened.synthetic).toBe(true)
    },
  )

  it.each(['png8', 'png16', 'jpeg', 'tiff'] as const)('say SYNTHETIC inside the file: %s', async (format) => {
    const opened = await openImage(`a.${format}`, await pictureFile(phantom, format))
    expect(opened.synthetic).toBe(true)
    expect([opened.rows, opened.columns]).toEqual([90, 100])
  })

  it('become a demo set with labels, and the same one again', async () => {
    await withFolder(async (folder) => {
      const progress: number[] = []
      const { files, labels } = await writeDemoSet(join(folder, 'a'), {
        cases: 18,
        onProgress: ({ done }) => progress.push(done),
      })
      expect(progress).toEqual(Array.from({ length: 18 }, (_, i) => i + 1))
      const rows = parse<Record<string, string>>(await readFile(labels, 'utf8'), { columns: true })
      expect(rows.map(({ file }) => file)).toEqual(files)
      expect(new Set(rows.map(({ finding }) => finding))).toEqual(new Set(['NORMAL', 'PNEUMONIA']))
      expect(new Set(rows.map(({ patient_id: id }) => id)).size).toBe(17)
      const written = (await readdir(join(folder, 'a/images'))).sort()
      expect(written.map((name) => `images/${name}`)).toEqual([...files].sort())
      for (const row of rows) {
        if (row['notes'] === '') continue
        const says = /(?<!no sign of |no |after )pneumonia[.;]/i.test(String(row['notes']))
        expect(says, row['notes']).toBe(row['finding'] === 'PNEUMONIA')
      }
      await writeDemoSet(join(folder, 'b'), { cases: 18 })
      for (const name of written)
        expect(await readFile(join(folder, 'b/images', name))).toEqual(
          await readFile(join(folder, 'a/images', name)),
        )
    })
  })

  it('stop when they are cancelled', async () => {
    await withFolder(async (folder) => {
      const controller = new AbortController()
      const run = writeDemoSet(folder, {
        signal: controller.signal,
        onProgress: ({ done }) => done === 2 && controller.abort(),
      })
      await expect(run).rejects.toMatchObject({ code: 'CANCELLED' })
    })
  })

  it('make a sample study of a frontal and a lateral of one patient', async () => {
    await withFolder(async (folder) => {
      const [frontal, lateral] = await Promise.all(
        (await sampleStudy(folder)).map(async (file) => await openImage(file, await readFile(file))),
      )
      expect(frontal?.study.viewPosition).toBe('AP')
      const image = lateral as NonNullable<typeof lateral>
      expect(viewOf(image, toDisplay(image, await image.frame(0))).view).toBe('lateral')
      expect(frontal?.study.studyInstanceUid).toBe(lateral?.study.studyInstanceUid)
    })
  })
})
