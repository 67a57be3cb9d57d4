import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { npy, npz } from '../../../tests/fixtures/npz.js'
import { zip } from '../../../tests/fixtures/zip.js'
import { writeDicom, type Field } from '../../../tests/conformance/writeDicom.js'
import type { Source } from '@shared/domain/images.js'
import { FileSourceLister } from './sourceLister.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilum-list-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const grey = (): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .png()
    .toBuffer()
function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), bytes)
}
async function list(source: Source, options: Parameters<FileSourceLister['list']>[1] = {}) {
  const items: Record<string, string | undefined> = {}
  const failures: [string, string][] = []
  for await (const listed of new FileSourceLister().list([source], options))
    if ('item' in listed) items[listed.item.name] = listed.item.findings?.join('|')
    else failures.push([listed.failure.file, listed.failure.problem.code])
  return { items, failures }
}
const here = (path = ''): Source => ({ kind: 'path', path: join(folder, path) })

describe('folders', () => {
  it('label by sub-folders, in natural order, without dot-files and empty classes', async () => {
    const png = await grey()
    for (const name of ['NORMAL/im10.png', 'NORMAL/im2.png', 'Pneumonia/a.png', 'NORMAL/.hidden.png'])
      put(`set/${name}`, png)
    put('set/TUBERCULOSIS/readme.txt', 'nothing here')
    put('set/.git/x.png', png)
    const { items, failures } = await list(here('set'))
    expect(Object.entries(items)).toEqual([
      ['set/NORMAL/im2.png', 'NORMAL'],
      ['set/NORMAL/im10.png', 'NORMAL'],
      ['set/Pneumonia/a.png', 'PNEUMONIA'],
    ])
    expect(failures).toEqual([])
  })
  it('label by their own name when they are added alone, where it can be nothing but a finding', async () => {
    const png = await grey()
    for (const name of ['NORMAL/a.png', 'ward 7/a.png', 'pneumonia/viral/a.png', 'pneumonia/bacterial/b.png'])
      put(`alone/${name}`, png)
    expect((await list(here('alone/NORMAL'))).items).toEqual({ 'NORMAL/a.png': 'NORMAL' })
    expect((await list(here('alone/ward 7'))).items).toEqual({ 'ward 7/a.png': undefined })
    expect((await list(here('alone/pneumonia'))).items).toEqual({
      'pneumonia/bacterial/b.png': 'BACTERIAL',
      'pneumonia/viral/a.png': 'VIRAL',
    })
  })
  it('do not take studies and series for classes', async () => {
    const png = await grey()
    for (const name of ['PAT001/ST0/SE1/im1.png', 'PAT002/ST0/SE1/im1.png', 'train/x.png', 'test/x.png'])
      put(`cd/${name}`, png)
    expect(new Set(Object.values((await list(here('cd'))).items))).toEqual(new Set([undefined]))
  })
  it('say when there is nothing, and what is not an image', async () => {
    mkdirSync(join(folder, 'none'))
    expect((await list(here('none'))).failures).toEqual([['none', 'FOLDER_EMPTY']])
    expect((await list(here('gone'))).failures).toEqual([['gone', 'FILE_NOT_FOUND']])
    put('odd/film.mp4', Buffer.from([0, 0, 0, 24, 1, 2, 3, 4, 0, 1]))
    expect((await list(here('odd'))).failures).toEqual([['odd/film.mp4', 'FORMAT_UNKNOWN']])
  })
  it('take findings and facts from a label file; an empty finding is unlabelled', async () => {
    const png = await grey()
    for (const name of ['a.png', 'b.png', 'c.png']) put(`set/${name}`, png)
    const csv =
      '\ufefffile,finding,patient_id,age,sex\na.png,"Pneumonia, effusion",P1,4,female\nset/b.png,,P2,,\n'
    const items = []
    const labels = { kind: 'bytes' as const, name: 'labels.csv', bytes: Buffer.from(csv) }
    for await (const listed of new FileSourceLister().list([here('set')], { labels }))
      if ('item' in listed) items.push([listed.item.findings, listed.item.labels])
    expect(items).toEqual([
      [['PNEUMONIA', 'EFFUSION'], { findings: ['PNEUMONIA', 'EFFUSION'], patientId: 'P1', age: 4, sex: 'F' }],
      [undefined, { patientId: 'P2' }],
      [undefined, undefined],
    ])
    put('set/labels.csv', Buffer.from(csv))
    expect((await list(here('set'))).items).toMatchObject({
      'set/a.png': 'PNEUMONIA|EFFUSION',
      'set/c.png': undefined,
    })
    put('set/labels.csv', Buffer.from('name,label\na,b\n'))
    expect((await list(here('set'))).failures).toEqual([['set/labels.csv', 'LABELS_INVALID']])
    const wrong = { kind: 'bytes' as const, name: 'x.csv', bytes: Buffer.from('name,label\na,b\n') }
    await expect(list(here('set'), { labels: wrong })).rejects.toMatchObject({
      problem: { code: 'LABELS_INVALID' },
    })
  })
})

describe('archives', () => {
  it('say when no row of a label file names an image, and nothing when one does', async () => {
    put('own/a.jpeg', await grey())
    const labels = (csv: string): Source => ({ kind: 'bytes', name: 'mine.csv', bytes: Buffer.from(csv) })
    const wrong = await list(here('own'), { labels: labels('file,finding\na.png,NORMAL\nb.png,NORMAL\n') })
    expect(wrong.failures).toEqual([['mine.csv', 'LABELS_UNMATCHED']])
    expect(Object.keys(wrong.items)).toEqual(['own/a.jpeg'])
    const right = await list(here('own'), { labels: labels('file,finding\na.jpeg,NORMAL\nb.png,NORMAL\n') })
    expect(right).toEqual({ items: { 'own/a.jpeg': 'NORMAL' }, failures: [] })
  })
  it('list a ZIP by class and refuse unsafe names and locked entries one by one', async () => {
    const png = await grey()
    const bytes = zip([
      { name: 'x/NORMAL/a.png', bytes: png },
      { name: 'x/PNEUMONIA/b.png', bytes: png },
      { name: 'x/Labels.CSV', bytes: Buffer.from('file;finding\nPNEUMONIA/b.png;effusion\n') },
      { name: '../../evil.png', bytes: png },
      { name: 'x/NORMAL/locked.png', bytes: png, encrypted: true },
    ])
    const { items, failures } = await list({ kind: 'bytes', name: 'set.zip', bytes: new Uint8Array(bytes) })
    expect(items).toEqual({ 'set.zip/x/NORMAL/a.png': 'NORMAL', 'set.zip/x/PNEUMONIA/b.png': 'EFFUSION' })
    expect(failures.map(([, code]) => code).sort()).toEqual(['ARCHIVE_ENCRYPTED', 'ARCHIVE_UNSAFE_PATH'])
  })
  it('name the labels of PneumoniaMNIST and ask for the names of others', async () => {
    const bytes = npz({
      val_images: npy(new Uint8Array(2 * 28 * 28), [2, 28, 28]),
      val_labels: npy(Uint8Array.of(0, 1), [2, 1]),
      test_images: npy(new Uint8Array(28 * 28), [1, 28, 28]),
    })
    put('pneumoniamnist_x.npz', bytes)
    put('other.npz', bytes)
    expect((await list(here('pneumoniamnist_x.npz#val'))).items).toEqual({
      'pneumoniamnist_x.npz/val/0': 'NORMAL',
      'pneumoniamnist_x.npz/val/1': 'PNEUMONIA',
    })
    expect(Object.keys((await list(here('pneumoniamnist_x.npz'))).items)).toHaveLength(3)
    expect((await list(here('other.npz#val'))).failures).toEqual([['other.npz#val', 'NPZ_LABELS_UNNAMED']])
    const fewer = await list(here('other.npz#val'), { classes: ['A'] })
    expect(fewer.failures).toEqual([['other.npz#val', 'NPZ_LABELS_UNNAMED']])
    expect(fewer.items).toEqual({ 'other.npz/val/0': 'A', 'other.npz/val/1': undefined })
    put(
      'short.npz',
      npz({
        val_images: npy(new Uint8Array(2 * 28 * 28), [2, 28, 28]),
        val_labels: npy(Uint8Array.of(0), [1, 1]),
      }),
    )
    expect((await list(here('short.npz'))).failures).toEqual([['short.npz', 'NPZ_LABEL_COUNT']])
    expect((await list(here('other.npz#val'), { classes: ['A', 'B'] })).items['other.npz/val/1']).toBe('B')
    expect((await list(here('other.npz#train'))).failures[0]?.[1]).toBe('NPZ_INVALID')
  })
  it('refuse an NPZ without images as one, instead of looking for pictures in it', async () => {
    const arrays = { weights: npy(new Uint8Array(4), [2, 2]), bias: npy(new Uint8Array(2), [2]) }
    put('weights.npz', npz(arrays))
    for (const source of ['weights.npz', 'weights.npz#train']) {
      const { items, failures } = await list(here(source))
      expect(items).toEqual({})
      expect(failures.map(([, code]) => code)).toEqual(['NPZ_INVALID'])
    }
    const dropped = { kind: 'bytes' as const, name: 'Weights.NPZ', bytes: new Uint8Array(npz(arrays)) }
    expect((await list(dropped)).failures).toEqual([['Weights.NPZ', 'NPZ_INVALID']])
  })
})

describe('DICOMDIR', () => {
  it('lists its images beside it and nothing outside, not through a link either', async () => {
    const record = (path: string): Field[] => [
      { tag: 0x00041430, vr: 'CS', value: 'IMAGE' },
      { tag: 0x00041500, vr: 'CS', value: path },
    ]
    put('secret.dcm', 'secret')
    put('cd/images/im1', 'x')
    symlinkSync(join(folder, 'secret.dcm'), join(folder, 'cd', 'LINK'))
    put(
      'cd/DICOMDIR',
      writeDicom({
        syntax: '1.2.840.10008.1.2.1',
        fields: [
          {
            tag: 0x00041220,
            vr: 'SQ',
            value: ['IMAGES\\IM1', '..\\secret.dcm', 'LINK', 'IMAGES\\IM9'].map(record),
          },
        ],
      }),
    )
    const { items, failures } = await list(here('cd/DICOMDIR'))
    expect(Object.keys(items)).toEqual(['IMAGES/IM1'])
    expect(failures.map(([, code]) => code)).toEqual([
      'ARCHIVE_UNSAFE_PATH',
      'ARCHIVE_UNSAFE_PATH',
      'FILE_NOT_FOUND',
    ])
  })
})
