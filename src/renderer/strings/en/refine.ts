import { count, percent } from '../format.js'

export const refine = {
  share: 'share',
  shareOf: (share: number) => percent(share),
  wholeImage: 'Whole image',
  region: 'Region of the image',
  like: (name: string) => `Like ${name}`,
  unlike: (name: string) => `Unlike ${name}`,
  unlikeText: (name: string) =>
    `${name} itself is left out; cases that share what sets it apart from the query go down.`,
  more: (words: string) => `More: ${words}`,
  less: (words: string) => `Less: ${words}`,
  notes: (words: string) => `Notes: ${words}`,
  turnOff: (name: string) => `Leave out of the ranking: ${name}`,
  turnOn: (name: string) => `Take into the ranking: ${name}`,
  remove: (name: string) => `Remove: ${name}`,
  weight: (name: string) => `Weight of ${name}`,
  addWords: 'Words',
  words: 'Words to refine with',
  placeholder: 'consolidation',
  moreInImage: 'More in the image',
  lessInImage: 'Less in the image',
  inNotes: 'In the notes',
  likeHint: 'More or less like a case: in the menu of a hit.',
  moreLike: 'More like this',
  lessLike: 'Less like this',
  declined: (text: string, reason: string) => `“${text}” is left out. ${reason}`,
  notesInstead: 'Search the notes for them instead',
  notesInsteadOf: (other: string) => `In place of “${other}”: one search of the notes at a time.`,
  nothingRanks: 'Nothing ranks the cases',
  nothingRanksText: (declined: boolean) =>
    declined
      ? 'The image is left out, and the words could not be used.'
      : 'The image is left out, and no other source ranks a case.',
  withImage: 'Search the image too',
  nothing: 'Nothing is searched: turn the image or another source on.',
  shareHelp: 'How much of the order of the cases each source decides.',
  changed: 'What changed',
  unchanged: 'Nothing moved.',
  allLeft: (n: number) => `${n === 1 ? 'The one case' : `All ${count(n)} cases`} left: none passes any more.`,
  left: (before: number, after: number) =>
    `${count(after)} ${after === 1 ? 'is' : 'are'} left of ${count(before)}.`,
  fresh: (n: number, of: number) => `${n} of ${of} ${n === 1 ? 'is' : 'are'} new.`,
  moved: (name: string, from: number, to: number) => `${name} moved from ${from} to ${to}.`,
  othersMoved: (n: number) => `${n === 1 ? '1 other' : `${count(n)} others`} moved.`,
  views: 'View',
  dates: 'Study date',
  lastYear: 'last 12 months',
  lastFive: 'last 5 years',
  olderThanFive: 'older than 5 years',
  between: (from: string | undefined, to: string | undefined) =>
    from === undefined ? `until ${to ?? ''}` : to === undefined ? `from ${from}` : `${from} to ${to}`,
}
