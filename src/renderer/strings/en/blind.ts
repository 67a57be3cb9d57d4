import { findingInWords } from '@shared/findingWords.js'
import { counted } from '../format.js'

export const blind = {
  title: 'Your impression first',
  text: 'Blind reading is on: the nearest cases are held back until you note what you see, or skip this image.',
  finding: 'What do you see?',
  other: 'Something else',
  otherName: 'Name it',
  sure: 'How sure are you?',
  confidence: { unsure: 'unsure', likely: 'likely', certain: 'certain' } as const,
  remark: 'Remark (optional)',
  record: 'Record and show the cases',
  skip: 'Skip this image',
  normal: 'Nothing abnormal',
  openHead: 'A blind reading is open',
  openText:
    'This screen names findings of this library. It waits until you have noted your impression or skipped the image.',
  toReading: 'Go to the reading',
  noCaseText: 'The nearest cases are held back until you have noted your impression or skipped the image.',
  heldBack: 'named after your impression',
  yours: 'Your impression',
  before: 'before results',
  skipped: 'Skipped: no impression was noted before the results.',
  agree: (n: number, of: number) => `${n} of the ${of} nearest cases carry it.`,
  disagree: (n: number, of: number, majority: string) =>
    `${n} of the ${of} nearest cases carry it; most are labelled ${findingInWords(majority)}.`,
  noEvidence: 'The nearest cases say nothing to set it against.',
  noVerdict: 'That is agreement with labels in this library, not with the truth.',
  section: 'Blind reading',
  setting: 'Note an impression before the results',
  settingText: 'Hits and evidence are held back until an impression is recorded or skipped.',
  log: 'Log of readings',
  logText:
    'Kept on this computer only, without names: date, file hash, impression, and what the nearest cases carried.',
  logEmpty: 'No reading has been recorded yet.',
  logSummary: (n: number, agreed: number, of: number) =>
    `${counted(n, 'reading')}; in ${agreed} of ${of} the impression was what most of the nearest cases carry.`,
  export: 'Export as CSV',
  exported: 'Log saved',
  clear: 'Delete the log',
  clearAsk: 'Delete all recorded readings?',
  columns: {
    at: 'Date',
    impression: 'Impression',
    sure: 'Sure',
    nearest: 'Nearest cases',
    library: 'Library',
  },
  toggle: 'Blind reading on or off',
  isOn: 'Blind reading is on',
  isOff: 'Blind reading is off',
}
