import { count, counted } from '../format.js'

export const health = {
  title: 'Library health',
  details: 'Details',
  measuring: 'being measured',
  progress: (done: number, total: number) => `${count(done)} of ${count(total)} left out in turn`,
  ready: 'up to date',
  none: 'No library is open.',
  precision: 'Precision at 1, held out',
  precisions: 'Precision, held out',
  base: (n: number, low: string, high: string) => `n = ${count(n)}, ${low} to ${high}`,
  noPrecision: 'Not given: it takes 30 labelled cases that are new to the model.',
  copies: 'Near-duplicates',
  pairs: (n: number) => counted(n, 'pair'),
  contradict: (n: number) => `${count(n)} with different findings`,
  noCopies: 'none',
  leftOut: 'Copies left out with another finding',
  leftOutText:
    'Imports met these files with the same pixels as a case here, but labelled otherwise. The stored findings stand; saving a case’s findings, changed or not, settles its lines.',
  leftOutName: 'Contradicting copies',
  leftOutNote: 'left out by imports, labelled otherwise than the case here',
  samePatient: 'Same patient on both sides',
  samePatientText: (first: number, asked: number) =>
    `For ${count(first)} of ${count(asked)} images the nearest is of the same patient. Such pairs are left out of every figure.`,
  several: (n: number, of: number) =>
    `${count(n)} of ${counted(of, 'patient')}, told by number or else by file name, ${n === 1 ? 'has' : 'have'} several cases`,
  noPatients:
    'No patient is recorded or told by a file name, so the same patient on both sides cannot be told.',
  taught: 'Taught to the model',
  taughtText: (n: number, of: number) => `${count(n)} of ${counted(of, 'image')}: never asked, only found`,
  groups: 'Cases by group',
  groupNames: {
    finding: 'Finding',
    sex: 'Sex',
    age: 'Age',
    view: 'View',
    source: 'Source',
    year: 'Year of study',
  } as const,
  drift: 'By day of import',
  driftText:
    'Does what came later still find its own kind, and as near? A falling figure means that the library or the way images are taken has changed.',
  history: 'After each change',
  importedOn: 'Imported',
  cases: 'Cases',
  asked: 'Asked',
  p1: 'P@1',
  figure: 'Figure',
  value: 'Value',
  showAllGroups: (n: number) => `Show all ${count(n)}`,
  showAllPairs: (shown: number, of: number) =>
    shown < of ? `Show ${count(shown)} of ${count(of)}` : `Show all ${count(of)}`,
  interval: '95 % interval',
  nearest: 'Score of the nearest',
  tooFew: 'under 30',
  review: 'Pairs that look alike',
  first: 'One',
  second: 'Other',
  note: 'Note',
  same: 'same patient',
  different: 'different findings',
  at: 'Date',
  model: 'Model',
  notes: 'What this cannot tell',
  honest: 'Is the evidence honest?',
  honestText:
    'Each case was left out with its patient. Across stands the share that was stated of it, up the share of such cases that carried the label: on the dotted line the two are the same.',
  before: 'bare count of neighbours (9 of 10 as 90 %)',
  after: 'as stated above the hits, with its 95 % interval',
  error: (before: string, after: string) =>
    `Mean distance from the line (expected calibration error): ${before} as counted, ${after} as stated`,
  summary: (parts: string) => `Observed share for each stated share: ${parts}`,
  point: (stated: string, observed: string, n: number) => `stated ${stated}, observed ${observed} (n = ${n})`,
  noHonest: (fresh: number) =>
    fresh < 30
      ? 'Not given: it takes 30 labelled cases that are new to the model.'
      : `Not given: ${count(fresh)} cases here are new to the model, but fewer than 30 could be checked. Each is set against four fifths of the others, and of those 30 must have neighbours that agreed as strongly.`,
  stated: 'Stated',
  observed: 'Observed',
  asTable: 'Numbers',
}
