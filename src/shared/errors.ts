/**
 * One union of error codes for every layer. Expected errors are values (`Result`), bugs are exceptions.
 * Each code has a sentence a clinician understands and what to do next; `detail` carries the specifics.
 */
import { z } from 'zod'

export const ERROR_CATALOGUE = {
  // files and decoding
  FILE_NOT_FOUND: ['The file or folder is not there.', 'Check the path and try again.'],
  FILE_UNREADABLE: ['The file cannot be read.', 'Check that you may open it, then try again.'],
  FILE_EMPTY: ['The file is empty.', 'Export it again from where it came.'],
  FILE_TOO_LARGE: ['The file is larger than Hilum opens safely.', 'Export a smaller copy of the image.'],
  FOLDER_EMPTY: ['The folder holds no images.', 'Choose a folder with DICOM, PNG, JPEG or TIFF files.'],
  FORMAT_UNKNOWN: ['This is not an image that Hilum knows.', 'Use DICOM, PNG, JPEG, TIFF, BMP, NPZ or ZIP.'],
  FORMAT_MISMATCH: ['The file is not what its name says.', 'Rename it or leave it out.'],
  IMAGE_TRUNCATED: ['The image ends early.', 'Export it again from PACS.'],
  IMAGE_CORRUPT: ['The image is damaged.', 'Export it again from where it came.'],
  IMAGE_TOO_LARGE: ['The image declares more pixels than Hilum opens safely.', 'Export a smaller copy.'],
  IMAGE_BOMB: ['The file unpacks to far more than its size allows.', 'Leave it out; it may be harmful.'],
  DICOM_NO_PIXELS: ['This DICOM object holds no image.', 'Choose the image objects of the study.'],
  DICOM_UNSUPPORTED: ['This kind of DICOM image cannot be shown.', 'Export it with another transfer syntax.'],
  DICOM_CORRUPT: ['The DICOM file is damaged.', 'Export it again from PACS.'],
  ARCHIVE_ENCRYPTED: ['The archive is protected by a password.', 'Unpack it first, then open the folder.'],
  ARCHIVE_CORRUPT: ['The archive is damaged.', 'Make or download it again.'],
  ARCHIVE_UNSAFE_PATH: [
    'The archive holds a file whose name points outside it.',
    'Leave it out; it may be harmful.',
  ],
  NPZ_INVALID: [
    'The NPZ file has no usable image arrays.',
    'It needs {split}_images and, for findings, {split}_labels.',
  ],
  NPZ_LABEL_COUNT: [
    'The NPZ file has another number of labels than of images.',
    'Make the file again with one label for each image, in the same order.',
  ],
  NPZ_LABELS_UNNAMED: [
    'The labels of the NPZ file are numbers without names.',
    'On the command line add --classes with a name for each number in order, the first for 0; images that are in already get theirs.',
  ],
  LABELS_UNMATCHED: [
    'No row of the labels file names an image that was read.',
    'Compare its column "file" with the names of the files, endings too.',
  ],
  LABELS_INVALID: [
    'The label file cannot be used.',
    'It needs the columns "file" and "finding"; "filename", "image index", "label" or "finding labels" are read as well.',
  ],
  DECODE_TIMEOUT: [
    'The file took too long to open and was set aside.',
    'Export it again; the other files are open.',
  ],
  DECODE_CRASHED: [
    'Opening this file failed badly and it was set aside.',
    'The other files are open; leave this one out.',
  ],
  PATIENTS_MIXED: [
    'These files belong to more than one patient.',
    'Check whose image is searched: each search is of one image.',
  ],
  NO_FRONTAL: [
    'The study holds no frontal radiograph.',
    'The image shown is searched all the same; another of its images can be chosen.',
  ],
  // library
  LIBRARY_NONE: ['No library is open.', 'Open a library or start with the demo library.'],
  LIBRARY_NOT_FOUND: ['There is no library in this folder.', 'Choose another folder or create a library.'],
  LIBRARY_HELD: ['Another Hilum holds this library.', 'Close it there, or open it here for reading only.'],
  LIBRARY_READ_ONLY: [
    'This library is open for reading only.',
    'Close the other window or choose a writable folder.',
  ],
  LIBRARY_UNWRITABLE: [
    'Hilum may not write into this folder.',
    'Choose another folder or change its permissions.',
  ],
  LIBRARY_NEWER: ['This library was made by a newer Hilum. It was not changed.', 'Update Hilum to open it.'],
  LIBRARY_CORRUPT: ['The library database is damaged.', 'Restore the last backup.'],
  LIBRARY_EMPTY: ['Nothing to search yet.', 'Add a folder of cases, or start with the demo library.'],
  DISK_FULL: ['The disk is full. Everything already saved is safe.', 'Free some space, then continue.'],
  STORAGE_FAILED: [
    'The disk reported an error. Everything already saved is safe.',
    'Check the disk, then try again.',
  ],
  CASE_NOT_FOUND: ['This case is not in the library any more.', 'Search again.'],
  IMAGE_NOT_FOUND: ['This image is not in the library any more.', 'Search again.'],
  QUERY_GONE: ['The query image has to be opened again.', 'Drop the file again.'],
  // search, notes, evaluation
  QUERY_SYNTAX: [
    'The search words cannot be understood.',
    'Write one or more words, and close quotation marks and brackets.',
  ],
  QUERY_TOO_LONG: ['The search text is too long.', 'Use fewer than 2,000 characters.'],
  EVALUATION_INVALID: ['The evaluation cannot run on this data.', 'Both sets need labelled images.'],
  REPORT_FAILED: ['The report could not be written.', 'Choose another file name or folder.'],
  REPORT_UNREADABLE: ['This PDF is not a Hilum report, or it was changed.', 'Choose a report made by Hilum.'],
  // models
  MODEL_NOT_FOUND: ['No model is installed.', 'Install a model pack.'],
  MODEL_INVALID: ['The model pack is refused.', 'Use a pack whose files match its manifest.'],
  MODEL_FAILED: [
    'The model gave no usable answer for this image.',
    'Try another image, or report the problem.',
  ],
  // network
  NETWORK_OFFLINE: [
    'The server cannot be reached.',
    'Check the connection; everything local works as usual.',
  ],
  DOWNLOAD_DAMAGED: ['The downloaded file is not what it should be and was removed.', 'Try again.'],
  // calls
  ENGINE_RESTARTING: [
    'The search engine is restarting. Your library is safe.',
    'The search runs again by itself.',
  ],
  ENGINE_FAILED: ['The search engine does not start.', 'Run "hilum doctor", or start Hilum again.'],
  CANCELLED: ['Cancelled.', 'What was finished is kept.'],
  METHOD_UNKNOWN: ['This call is not known.', 'Update Hilum.'],
  PAYLOAD_INVALID: ['The call was not understood.', 'Check the values and try again.'],
  NOT_ALLOWED: ['This is not allowed here.', 'Use the window that Hilum opened.'],
  USAGE: ['The command was not understood.', 'Run "hilum --help".'],
  INTERNAL: [
    'Something went wrong inside Hilum. Your library is safe.',
    'Try again; if it stays, report it.',
  ],
} as const satisfies Record<string, readonly [message: string, remedy: string]>

export type ErrorCode = keyof typeof ERROR_CATALOGUE
export const errorCodes = Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]]

/** What is wrong with labels: the images they were meant for were read all the same. */
export const LABEL_PROBLEMS: ReadonlySet<ErrorCode> = new Set([
  'NPZ_LABELS_UNNAMED',
  'LABELS_UNMATCHED',
  'LABELS_INVALID',
])

/** Codes after which the same call may succeed without anything being changed by the user. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'ENGINE_RESTARTING',
  'QUERY_GONE',
  'NETWORK_OFFLINE',
  'STORAGE_FAILED',
])

export const problemSchema = z.object({
  code: z.enum(errorCodes),
  /** What happened, for a clinician; never contains patient data of another patient. */
  message: z.string(),
  /** What to do next. */
  remedy: z.string(),
  retryable: z.boolean(),
  /** Specifics: place in a file, numbers. */
  detail: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem }

/** Builds a problem. `message` and `remedy` replace the catalogue's sentences where more exact ones are known. */
export function problem(code: ErrorCode, message?: string, detail?: string, remedy?: string): Problem {
  const [sentence, usual] = ERROR_CATALOGUE[code]
  return {
    code,
    message: message ?? sentence,
    remedy: remedy ?? usual,
    retryable: RETRYABLE.has(code),
    ...(detail === undefined ? {} : { detail }),
  }
}

/** The one exception that carries an expected error across layers; the dispatcher turns it into a `Result`. */
export class HilumError extends Error {
  readonly problem: Problem
  constructor(
    code: ErrorCode,
    message?: string,
    options?: { detail?: string; remedy?: string; cause?: unknown },
  ) {
    const built = problem(code, message, options?.detail, options?.remedy)
    super(built.message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HilumError'
    this.problem = built
  }
  get code(): ErrorCode {
    return this.problem.code
  }
}

/** The problem of anything thrown: a `HilumError`'s own, otherwise `INTERNAL` with the text as detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HilumError) return error.problem
  if (error instanceof Error && error.name === 'AbortError') return problem('CANCELLED')
  return problem(
    'INTERNAL',
    undefined,
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  )
}
