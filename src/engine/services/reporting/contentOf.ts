/** What the pages say, in the words of `wording.ts`. */
import type { Hit } from '@shared/domain/search.js'
import { evidenceWords } from '@shared/evidenceWords.js'
import { findingInWords } from '@shared/findingWords.js'
import { modelKnows } from '@shared/modelKnows.js'
import { scoreDigits } from '@shared/scoreDigits.js'
import type { ReportContent, ReportedCase } from '../../reports/content.js'
import { twinBytes, type TwinBody } from '../../reports/twin.js'
import {
  ageAndSex,
  capital,
  checkSentence,
  explanationSentence,
  findingWords,
  gateSentence,
  markOf,
} from '../../reports/wording.js'
import type { Gathered } from './gather.js'
import type { ReportInput, ReportParts } from './parts.js'

/** Of a note, so much is printed; the attached data hold all of it. */
const NOTE_CHARACTERS = 3000

export function contentOf(
  parts: ReportParts,
  input: ReportInput,
  gathered: Gathered,
  twin: TwinBody,
): ReportContent {
  const { decoded, search, names, explanation } = gathered
  const { facts } = decoded
  const { manifest, sha256 } = parts.model()
  const { library } = twin
  const { headline, share, sentences } = evidenceWords(search)
  const digits = scoreDigits([...search.hits, ...search.contrast].map(({ score }) => score))
  const reported = (hit: Hit): ReportedCase => ({
    rank: hit.rank,
    mark: markOf(hit.findings),
    finding: findingWords(hit.findings),
    who: `${names.patient(hit.study.patientId, hit.caseId)} · ${ageAndSex(hit.study)}`,
    closeness: hit.closeness === undefined ? '' : capital(hit.closeness),
    source: hit.source ?? 'not recorded',
    view: hit.study.viewPosition ?? 'not recorded',
    score: hit.score.toFixed(digits),
    picture: gathered.thumbnails.get(hit.caseId) as ReportedCase['picture'],
  })
  return {
    paper: input.paper ?? 'A4',
    ...(input.institution === undefined ? {} : { institution: input.institution }),
    study: studyLine(input, gathered),
    printed: `Made ${twin.createdAt.slice(0, 10)}, ${twin.createdAt.slice(11, 16)} UTC`,
    createdAt: new Date(twin.createdAt),
    query: {
      picture: gathered.queryPicture,
      alt: `The query radiograph, ${facts.rows} by ${facts.columns} pixels.`,
      facts: [
        ['Patient', `${personOf(input, gathered)} · ${ageAndSex(decoded.study)}`],
        [
          'Image',
          `${facts.columns} × ${facts.rows} pixels, ${facts.bitsStored} bit, ${facts.kind.toUpperCase()}`,
        ],
        ['Searched in', `${search.searched} images of ${library.cases} cases${filterWords(input)}`],
        ['Known to library', gateSentence(search.query)],
        ...decoded.cautions.map((caution) => ['Caution', caution] as const),
      ],
    },
    evidence: {
      headline: `${headline}.`,
      sentences: [
        ...(share === undefined ? [] : [`${share.share} ${share.base}`]),
        ...sentences,
        // Those that name cases are left out: their numbers belong to the library, not into a report.
        ...(search.query.remarks ?? []).filter((remark) => !/\bcase-\d/.test(remark)),
        modelKnows(manifest.limits),
      ],
    },
    synthetic: library.synthetic || facts.synthetic,
    hits: gathered.shown.map(reported),
    contrast: gathered.contrast.map(reported),
    notes: gathered.notes.map(({ patient, text }) => ({ who: patient, text: shortened(text) })),
    ...(gathered.comment === undefined ? {} : { comment: gathered.comment }),
    ...(input.reviewer === undefined ? {} : { reviewer: input.reviewer }),
    ...(explanation === undefined
      ? {}
      : {
          explanation: {
            query: explanation.query,
            neighbour: explanation.neighbour,
            label: `Rank ${explanation.hit.rank}, ${names.patient(explanation.hit.study.patientId, explanation.hit.caseId)}`,
            sentence: explanationSentence(explanation.pair),
            check: checkSentence(explanation.pair.fidelity),
            score: explanation.pair.score.toFixed(digits),
          },
        }),
    provenance: [
      ['Hilum', parts.version],
      ['Model', `${manifest.name} (${manifest.id} ${manifest.version}), SHA-256 ${sha256}`],
      ['Taught on', manifest.population],
      ['Library', `${library.cases} cases, ${library.images} images; state ${library.sha256}`],
      ['Index', library.indexKind],
      ['Query file', `SHA-256 ${facts.sha256}`],
    ],
    limits: manifest.limits,
    foot: `Hilum ${parts.version} · ${manifest.id} (${sha256.slice(0, 8)}) · library of ${library.cases} cases (${library.sha256.slice(0, 8)})`,
    twin: twinBytes(twin),
  }
}

function personOf({ deidentify }: ReportInput, { decoded, queryName }: Gathered): string {
  if (deidentify === true) return `${queryName} (pseudonym)`
  const { patientName, patientId } = decoded.study
  const name = patientName?.replace(/[\^=]+/g, ' ').trim()
  return [name, patientId].filter((part) => part !== undefined && part !== '').join(', ') || 'not recorded'
}

function studyLine({ deidentify }: ReportInput, { decoded }: Gathered): string {
  const { studyDate, bodyPart, viewPosition } = decoded.study
  const date =
    deidentify === true
      ? 'Study date left out'
      : studyDate === undefined
        ? 'Study date not recorded'
        : `Study ${studyDate}`
  return `${date} · ${[bodyPart?.toLowerCase() ?? 'chest', viewPosition].filter(Boolean).join(' ')}`
}

function filterWords({ filters }: ReportInput): string {
  if (filters === undefined) return ''
  const parts = [
    ...(filters.findings ?? []).map((finding) => findingInWords(finding)),
    ...(filters.sources ?? []),
    ...(filters.sexes ?? []),
    ...(filters.ageMin === undefined ? [] : [`from ${filters.ageMin} years`]),
    ...(filters.ageMax === undefined ? [] : [`up to ${filters.ageMax} years`]),
    ...(filters.frontalOnly === false ? ['laterals and other views too'] : []),
    ...(filters.otherPatientsOnly === true ? ['other patients only'] : []),
  ]
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

function shortened(text: string): string {
  if (text.length <= NOTE_CHARACTERS) return text
  return `${text.slice(0, NOTE_CHARACTERS)} … (shortened: the note has ${text.length.toLocaleString('en-GB')} characters)`
}
