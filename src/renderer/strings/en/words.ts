import { count, counted } from '../format.js'

export const words = {
  explainTitle: (text: string, name: string) => `What made the score of ${name} against “${text}”`,
  query: 'Words',
  box: 'Words to search for',
  placeholder: 'For example: right lower lobe consolidation',
  search: 'Search',
  understoodAs: 'Understood as',
  matches: (words: string) => `Images like “${words}”`,
  shown: (n: number) => `${count(n)} nearest to the words.`,
  notDiagnosis: 'Ranked by the words, not by a diagnosis.',
  notTaughtHead: 'This model was not taught words, so no images are ranked',
  abstainHead: (words: string) => `This model cannot see “${words}”, so no images are ranked`,
  abstainNotes: (n: number) =>
    n === 0
      ? 'No note mentions them either.'
      : `A ranking would look convincing and mean nothing. ${count(n)} notes mention them instead.`,
  abstainOneNote: 'A ranking would look convincing and mean nothing. 1 note mentions them instead.',
  inNotes: 'In the notes',
  total: (n: number) => `${count(n)} found`,
  rankedAmong: (n: number) =>
    `These words are too common to rank every note. Ranked are the newest ${count(n)} and those with the rarer words; the others follow from new to old.`,
  all: (n: number) => `All ${count(n)}`,
  yes: (n: number) => `Says yes ${count(n)}`,
  no: (n: number) => `Says no ${count(n)}`,
  show: 'Notes shown',
  negated: 'said not to be there',
  open: 'Open',
  searched: 'What is searched',
  image: 'Images',
  notes: 'Notes',
  abstains: 'abstains',
  tested: 'This model was taught',
  testedText: 'pneumonia and no pneumonia. Other words are looked for in the notes only.',
  other: 'Other wordings',
  wordings: ['pneumonia consolidation', 'clear lungs no infiltrates', 'normal chest x-ray'] as const,
  more: 'Show more notes',
  none: 'No note mentions these words',
  noneText: 'Try fewer or other words. Words in quotes are searched as they stand.',
  start: 'Search images and notes by words',
  startText: 'Words the model was taught rank the images. All words are looked for in the notes.',
  result: (images: number, notes: number) =>
    `${counted(images, 'image')} and ${counted(notes, 'note')} found`,
}
