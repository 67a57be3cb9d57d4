import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, chown, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { withFolder } from '../../../tests/fixtures/folder.js'
import { png } from '../../../tests/fixtures/pictures.js'
import { composeReport } from './compose.js'
import type { ReportContent, ReportedCase } from './content.js'
import { csv } from '@shared/csv.js'
import { attachedTwin } from './pdfAttachment.js'
import { overlayPicture, reportPicture } from './pictures.js'
import { Pseudonyms, withoutIdentity } from './pseudonyms.js'
import { differencesOf } from './rerun.js'
import { parseTwin, twinBytes, type TwinBody } from './twin.js'
import { findingWords } from './wording.js'
import { writeAside } from '../../node/writeAside.js'

const hit = (rank: number, finding: string, score: number): TwinBody['hits'][number] => ({
  rank,
  patient: `P-000${rank}`,
  key: `key${rank}`,
  findings: [finding],
  score,
  synthetic: true,
})
const body: TwinBody = {
  schema: 'hilum-report/1',
  createdAt: '2024-03-13T09:42:00.000Z',
  hilum: 'test',
  notice: 'Not for diagnostic use.',
  salt: '00'.repeat(16),
  deidentified: false,
  query: { sha256: 'a', pixelSha256: 'b', rows: 1, columns: 1, bitsStored: 8, kind: 'png', embedding: '' },
  asked: { k: 10 },
  model: { id: 'm', name: 'M', sha256: 'c'.repeat(64), dimension: 2 },
  library: { cases: 2, images: 2, sha256: 'd', indexKind: 'exact', synthetic: true },
  hits: [hit(1, 'PNEUMONIA', 0.9), hit(2, 'NORMAL', 0.8)],
  shown: ['key1'],
  contrast: [],
  evidence: [{ finding: 'PNEUMONIA', count: 1, of: 2 }],
  notes: [],
}

async function content(texts: { note: string; institution: string }): Promise<ReportContent> {
  const picture = await reportPicture(await png(3), 120)
  const one: ReportedCase = {
    rank: 1,
    mark: 'other',
    finding: texts.institution,
    who: `P-0001 · 3 y F`,
    closeness: 'Very close',
    source: texts.note.slice(0, 200),
    view: 'AP',
    score: '0.912',
    picture,
  }
  return {
    paper: 'Letter',
    institution: texts.institution,
    study: 'Study 2024-03-12 · chest AP',
    printed: 'Made 2024-03-13',
    createdAt: new Date('2024-03-13T09:42:00Z'),
    query: {
      picture,
      alt: `The query radiograph of ${texts.institution}.`,
      facts: [['Patient', texts.institution]],
    },
    evidence: { headline: 'None.', sentences: [texts.note.slice(0, 300)] },
    synthetic: true,
    hits: Array.from({ length: 7 }, (_, i) => ({ ...one, rank: i + 1 })),
    contrast: [one],
    notes: [{ who: 'P-0001', text: texts.note }],
    comment: texts.note,
    reviewer: texts.institution,
    explanation: {
      query: await overlayPicture(await png(3), [0, 1, 2, -1], [2, 2], 120),
      neighbour: picture,
      label: texts.institution,
      sentence: 'Brighter places added more.',
      check: 'Check passed: beats random order.',
      score: '0.912',
    },
    provenance: [['Model', texts.institution]],
    limits: ['It cannot exclude anything else.'],
    foot: texts.institution.slice(0, 40),
    twin: twinBytes(body),
  }
}

const AWKWARD = [
  'plain',
  ')>> /JavaScript (app.alert(1)) endobj',
  '<script>alert(1)</script> ]]> <?xml &amp;',
  '\u0000\u0007\u202egnp.exe\u200b',
  '王小明 שלום محمد 😀 👩‍⚕️ Łukasz ﬁ é\u0301',
  'unbroken'.repeat(60),
  '',
]
const has = (tool: string) => {
  try {
    execFileSync(tool, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('the report as a PDF', () => {
  it('is written for every awkward text, with the twin in it and nothing that runs', async () => {
    for (const text of AWKWARD) {
      const { pdf, pages } = await composeReport(await content({ note: text, institution: text }))
      expect(pages).toBeGreaterThan(1)
      expect(parseTwin(attachedTwin(pdf))).toEqual(body)
      const plain = pdf.toString('latin1').replace(/stream\n[^]*?\nendstream/g, '')
      expect(plain).not.toMatch(/\/(JavaScript|JS|OpenAction|AA|Launch|URI|SubmitForm)\b(?![^<>]*\\\))/)
    }
  })

  it.skipIf(!has('pdftotext'))(
    'says on every page that it is not for diagnosis, with its number',
    async () => {
      await withFolder(async (folder) => {
        const { pdf, pages } = await composeReport(
          await content({ note: 'A long note goes on. '.repeat(700), institution: 'Ward 3' }),
        )
        expect(pages).toBeGreaterThan(3)
        await writeFile(join(folder, 'a.pdf'), pdf)
        const text = execFileSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-'], { encoding: 'utf8' })
        const written = text.split('\f').slice(0, pages)
        written.forEach((page, i) => {
          expect(page).toContain('Not a medical device, not for diagnosis')
          expect(page).toContain(`page ${i + 1} of ${pages}`)
        })
        expect(text).toContain('Case retrieval summary, not a diagnostic report')
        expect(text.match(/A long note goes on/g)?.length).toBeGreaterThan(700)
      })
    },
  )

  // Set HILUM_VERAPDF to a folder with the jars of org.verapdf.apps:greenfield-apps:1.28.2 and their dependencies.
  const jars = process.env['HILUM_VERAPDF']
  it.skipIf(jars === undefined)(
    'conforms to PDF/UA-1 and PDF/A-3a for every awkward text (veraPDF)',
    async () => {
      await withFolder(async (folder) => {
        const files: string[] = []
        for (const [i, text] of AWKWARD.entries()) {
          const { pdf } = await composeReport(await content({ note: text, institution: text }))
          files.push(join(folder, `${i}.pdf`))
          await writeFile(files[i] as string, pdf)
        }
        for (const flavour of ['ua1', '3a']) {
          const told = spawnSync(
            'java',
            [
              '-cp',
              `${jars}/*`,
              'org.verapdf.apps.GreenfieldCliWrapper',
              '-f',
              flavour,
              '--format',
              'text',
              '-v',
              ...files,
            ],
            { encoding: 'utf8' },
          ).stdout
          expect(told.match(/^PASS/gm)?.length, told).toBe(files.length)
        }
      })
    },
    300_000,
  )
})

describe('the twin', () => {
  it('is refused when one character was changed, or when it is something else', async () => {
    const text = Buffer.from(twinBytes(body)).toString()
    expect(parseTwin(Buffer.from(text))).toEqual(body)
    for (const bad of [
      text.replace('0.9', '0.8'),
      text.replace('"k": 10', '"k": 11'),
      '{}',
      'null',
      '',
      text.slice(0, -9),
    ])
      expect(() => parseTwin(Buffer.from(bad)), bad.slice(0, 40)).toThrow(
        expect.objectContaining({ code: 'REPORT_UNREADABLE' }),
      )
    const { pdf } = await composeReport(await content({ note: 'a', institution: 'b' }))
    for (const bytes of [
      pdf.subarray(0, 900),
      Buffer.from('%PDF-1.7 nothing'),
      await png(1),
      Buffer.alloc(0),
    ])
      expect(() => parseTwin(attachedTwin(bytes))).toThrow(
        expect.objectContaining({ code: 'REPORT_UNREADABLE' }),
      )
  })

  it('tells what changed, and nothing when nothing did', () => {
    const model = { id: body.model.id, sha256: body.model.sha256 }
    const same = { model, hits: body.hits, evidence: body.evidence }
    expect(differencesOf(body, same)).toEqual([])
    expect(
      differencesOf(body, { ...same, hits: body.hits.map((h) => ({ ...h, score: h.score + 5e-5 })) }),
    ).toEqual([])
    expect(differencesOf(body, { ...same, hits: [hit(1, 'NORMAL', 0.9), hit(2, 'NORMAL', 0.7)] })).toEqual([
      'Rank 1, P-0001: Pneumonia then, Labelled normal now.',
      'Rank 2, P-0002: score 0.8000 then, 0.7000 now.',
    ])
    expect(differencesOf(body, { ...same, hits: body.hits.slice(0, 1) })).toEqual([
      'Rank 2: P-0002 (Labelled normal, 0.8000) then, no case now.',
    ])
    expect(differencesOf(body, { ...same, model: { id: 'n', sha256: 'e'.repeat(64) } })).toHaveLength(1)
    const library = { ...body.library, cases: 1, images: 1, sha256: 'f'.repeat(64) }
    expect(differencesOf(body, { ...same, library })).toEqual([])
    expect(differencesOf(body, { ...same, library, evidence: [] })[0]).toMatch(
      /^Library: .* then; another one, or changed since, with 1 image of 1 case now\.$/,
    )
    expect(differencesOf(body, { ...same, evidence: [] })).toEqual(['Pneumonia: 1 of 2 then, none now.'])
  })
})

describe('pseudonyms', () => {
  it('hold within a report, differ between patients and between reports', () => {
    const names = new Pseudonyms()
    expect(names.patient('A', 'case-1')).toBe(names.patient('A', 'case-2'))
    expect(names.patient('A', 'case-1')).toMatch(/^P-[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(names.patient(undefined, 'case-1')).not.toBe(names.patient(undefined, 'case-2'))
    expect(new Set([1, 2, 3].map(() => new Pseudonyms().caseKey('case-1'))).size).toBe(3)
    expect(new Pseudonyms(names.salt).caseKey('case-1')).toBe(names.caseKey('case-1'))
  })

  it('replace a patient’s number and name parts in a note, and no word that only holds them', () => {
    const patient = { patientId: '4711', patientName: 'Müller^Eva^^Dr' }
    expect(withoutIdentity('MÜLLER, Eva (4711): Evaluation by Dr Müller-Lüd. 47110', patient, 'P-1')).toBe(
      'P-1, P-1 (P-1): Evaluation by P-1 P-1-Lüd. 47110',
    )
    expect(withoutIdentity('a(b', { patientId: 'a(b' }, 'P-1')).toBe('P-1')
  })
})

describe('wording', () => {
  it('never puts a label as a fact', () => {
    expect(findingWords(['NORMAL'])).toBe('Labelled normal')
    expect(findingWords([])).toBe('No finding recorded')
  })
})

describe('CSV', () => {
  it('starts no formula, keeps numbers and reads back', () => {
    const rows = [
      ['=1+1', '+A1', '-2', '@SUM(A1)', '\t=1', ' =1', '＝1', 'a,b "c"\nd', 'plain', ''],
      [1, -2.5, true, undefined, 'x', 'y', 'z', 'u', 'v', 'w'],
    ]
    const text = csv(rows)
    const [first, second]: string[][] = parse(text)
    for (const cell of (first ?? []).slice(0, 7)) expect(cell).toMatch(/^'/)
    expect(first?.slice(7)).toEqual(['a,b "c"\nd', 'plain', ''])
    expect(second?.slice(0, 4)).toEqual(['1', '-2.5', 'true', ''])
  })
})

describe('writing aside', () => {
  it('replaces whole files and says why it cannot', async () => {
    await withFolder(async (folder) => {
      const target = join(folder, 'report.pdf')
      await writeFile(target, 'old')
      await writeAside(target, Buffer.from('new'))
      expect(await readFile(target, 'utf8')).toBe('new')
      const refused = (path: string) =>
        expect(writeAside(path, Buffer.from('x'))).rejects.toMatchObject({ code: 'REPORT_FAILED' })
      await refused(join(folder, 'missing', 'report.pdf'))
      await refused(join(target, 'report.pdf'))
      await mkdir(join(folder, 'folder.pdf'))
      await refused(join(folder, 'folder.pdf'))
      await expect(writeAside('/dev/full/report.pdf', Buffer.from('x'))).rejects.toMatchObject({
        code: 'REPORT_FAILED',
      })
    })
  })

  it.skipIf(process.platform === 'win32')(
    'writes through a link, and replaces neither device nor pipe',
    async () => {
      await withFolder(async (folder) => {
        const [target, link, pipe] = ['report.pdf', 'link.pdf', 'pipe'].map((name) => join(folder, name)) as [
          string,
          string,
          string,
        ]
        await writeFile(target, 'old')
        await symlink('report.pdf', link)
        await writeAside(link, Buffer.from('new'))
        expect(await readFile(target, 'utf8')).toBe('new')
        expect((await lstat(link)).isSymbolicLink()).toBe(true)
        execFileSync('mkfifo', [pipe])
        await expect(writeAside(pipe, Buffer.from('x'))).rejects.toThrow(/no file that can be replaced/)
        expect((await lstat(pipe)).isFIFO()).toBe(true)
      })
    },
  )

  it.skipIf(process.platform === 'win32')('leaves a read-only file as it is', async () => {
    await withFolder(async (folder) => {
      const target = await existing(folder)
      await chmod(target, 0o444)
      await asNobody(folder, () => refusedUnchanged(target, 'REPORT_FAILED', /read-only/))
    })
  })

  it.skipIf(process.platform === 'win32')('leaves the file of a folder it may not write into', async () => {
    await withFolder(async (folder) => {
      const target = await existing(folder)
      await chmod(folder, 0o555)
      try {
        await asNobody(target, () => refusedUnchanged(target, 'REPORT_FAILED', /read-only/))
      } finally {
        await chmod(folder, 0o755)
      }
    })
  })

  it.skipIf(!isRoot || process.platform !== 'linux')(
    'leaves a file that a mount holds: what was written aside goes when the rename fails',
    async (context) => {
      await withFolder(async (folder) => {
        const target = await existing(folder)
        if (spawnSync('mount', ['--bind', target, target]).status !== 0)
          context.skip('mounting is refused here')
        try {
          await refusedUnchanged(target, 'REPORT_FAILED', /open in another program/)
        } finally {
          execFileSync('umount', [target])
        }
      })
    },
  )

  it.skipIf(!isRoot || process.platform !== 'linux')(
    'on a full disk says so, keeps the old file and leaves no part of the new one',
    async (context) => {
      await withFolder(async (folder) => {
        const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
        if (mounted.status !== 0) context.skip('mounting is refused here')
        try {
          const target = await existing(folder)
          await refusedUnchanged(target, 'DISK_FULL', /The disk is full. report.pdf was not written/)
          await writeAside(target, Buffer.from('what fits'))
          expect(await readFile(target, 'utf8')).toBe('what fits')
        } finally {
          execFileSync('umount', [folder])
        }
      })
    },
  )
})

const isRoot = process.getuid?.() === 0

async function existing(folder: string): Promise<string> {
  const target = join(folder, 'report.pdf')
  await writeFile(target, 'old')
  return target
}

/** More than the small disk holds. */
const LARGE = Buffer.alloc(256 * 1024, 'x')

async function refusedUnchanged(target: string, code: string, message: RegExp): Promise<void> {
  await expect(writeAside(target, LARGE)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  })
  expect(await readFile(target, 'utf8')).toBe('old')
  expect(await readdir(dirname(target))).toEqual(['report.pdf'])
}

/** Runs as an ordinary user who owns `place`; root may write everywhere. */
async function asNobody(place: string, run: () => Promise<void>): Promise<void> {
  if (!isRoot) return await run()
  const nobody = 65534
  await chown(place, nobody, nobody)
  process.seteuid?.(nobody)
  try {
    await run()
  } finally {
    process.seteuid?.(0)
  }
}
