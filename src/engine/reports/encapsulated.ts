/** The report as a DICOM Encapsulated PDF object (PS3.3 A.45.1), in the query's own study. */
import { data } from 'dcmjs'
import type { StudyFacts } from '@shared/domain/images.js'
import { derivedUid, IMPLEMENTATION_UID } from '../uid.js'

const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1'
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

export type EncapsulatedFacts = {
  title: string
  createdAt: Date
  hilum: string
  /** SHA-256 of the PDF, from which the object's own UIDs are derived. */
  sha256: string
  study: StudyFacts
  /** Pseudonym used where the report was de-identified. */
  pseudonym?: string
}

/** @returns a Part 10 file; the PDF's bytes are unchanged inside, padded to even length. */
export function encapsulatedPdf(pdf: Uint8Array, facts: EncapsulatedFacts): Uint8Array {
  const { study, pseudonym } = facts
  const shown = pseudonym === undefined ? study : {}
  const stamp = facts.createdAt.toISOString()
  const date = stamp.slice(0, 10).replaceAll('-', '')
  const time = stamp.slice(11, 19).replaceAll(':', '')
  const instance = derivedUid(`report/${facts.sha256}`)
  const padded = pdf.length % 2 === 0 ? pdf : Buffer.concat([pdf, Buffer.of(0)])
  const body = padded.buffer.slice(padded.byteOffset, padded.byteOffset + padded.byteLength)
  const { DicomMetaDictionary, DicomDict } = data
  const dataset = {
    SpecificCharacterSet: 'ISO_IR 192',
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    SOPClassUID: ENCAPSULATED_PDF,
    SOPInstanceUID: instance,
    StudyDate: shown.studyDate?.replaceAll('-', '') ?? '',
    ContentDate: date,
    AcquisitionDateTime: '',
    StudyTime: '',
    ContentTime: time,
    AccessionNumber: '',
    Modality: 'DOC',
    ConversionType: 'WSD',
    Manufacturer: 'Hilum',
    ReferringPhysicianName: '',
    StudyDescription: shown.studyDescription ?? '',
    SeriesDescription: 'Case retrieval summary',
    PatientName: pseudonym ?? shown.patientName ?? '',
    PatientID: pseudonym ?? shown.patientId ?? '',
    PatientBirthDate: '',
    PatientSex: study.patientSex ?? '',
    SoftwareVersions: facts.hilum,
    StudyInstanceUID: shown.studyInstanceUid ?? derivedUid(`report-study/${facts.sha256}`),
    SeriesInstanceUID: derivedUid(`report-series/${facts.sha256}`),
    StudyID: '',
    SeriesNumber: '9001',
    InstanceNumber: '1',
    BurnedInAnnotation: pseudonym === undefined ? 'YES' : 'NO',
    ConceptNameCodeSequence: [],
    DocumentTitle: facts.title,
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocument: body,
    EncapsulatedDocumentLength: pdf.length,
  }
  const denaturalized = DicomMetaDictionary.denaturalizeDataset(dataset)
  const meta = DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
    MediaStorageSOPClassUID: ENCAPSULATED_PDF,
    MediaStorageSOPInstanceUID: instance,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    ImplementationClassUID: IMPLEMENTATION_UID,
    ImplementationVersionName: 'HILUM',
  })
  const file = new DicomDict(meta)
  file.dict = denaturalized
  return new Uint8Array(file.write())
}
