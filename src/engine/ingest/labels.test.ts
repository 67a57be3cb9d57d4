import { describe, expect, it } from 'vitest'
import { parseLabels } from './labels.js'

const notesOf = (text: string) => parseLabels(Buffer.from(text)).find('set/a.png')?.notes

describe('a label file', () => {
  it.each([
    [
      'comma',
      'file,finding,notes\na.png,NORMAL,Clear lungs; no effusion\tat all.',
      'Clear lungs; no effusion\tat all.',
    ],
    [
      'semicolon',
      'file;finding;notes\r\na.png;NORMAL;Clear lungs, no effusion.',
      'Clear lungs, no effusion.',
    ],
    [
      'tab',
      'file\tfinding\tnotes\na.png\tNORMAL\tClear lungs, no effusion; well.',
      'Clear lungs, no effusion; well.',
    ],
    [
      'comma and quotes',
      '\ufefffile,finding,notes\n"a.png",NORMAL,"Clear, ""dry""\nlungs"',
      'Clear, "dry"\nlungs',
    ],
  ])('keeps a note whole whatever it holds: %s', (_, text, note) => {
    expect(notesOf(text)).toBe(note)
  })

  it('is read under the column names of other collections, ours before theirs', () => {
    const find = (text: string) => parseLabels(Buffer.from(text)).find('set/a.png')
    expect(
      find(
        'Image Index,Finding Labels,Patient ID,Patient Age,Patient Gender,View Position\na.png,Effusion|Mass,7,058Y,F,pa',
      ),
    ).toEqual({ findings: ['EFFUSION', 'MASS'], patientId: '7', age: 58, sex: 'F', view: 'PA' })
    expect(find('file,label,finding\na.png,1,NORMAL')).toEqual({ findings: ['NORMAL'] })
    expect(find('filename;label\na.png;pneumonia')).toEqual({ findings: ['PNEUMONIA'] })
  })

  it('without such columns is refused with those that it has', () => {
    expect(() => parseLabels(Buffer.from('name,colour\na.png,red'))).toThrow(/its columns are name, colour/)
    expect(() => parseLabels(Buffer.from('file,finding\n'))).toThrow(/it has no rows/)
  })
})
