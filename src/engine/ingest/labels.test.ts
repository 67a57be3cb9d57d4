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
})
