/**
 * The database's shape, as numbered steps. A step, once released, never changes: a new one is added. Each
 * runs in one transaction with its number, so that a crash leaves the library before or after it, not within.
 */
import type { Database } from 'better-sqlite3'

/** "HLM1": tells a Hilum library from any other SQLite file. */
export const APPLICATION_ID = 0x484c4d31

const CASES_AND_IMAGES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('sequence', 0), ('vectorSequence', 0), ('epoch', lower(hex(randomblob(16))));
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE patients (
  patientKey INTEGER PRIMARY KEY,
  patientId TEXT NOT NULL UNIQUE
);
CREATE TABLE cases (
  caseKey INTEGER PRIMARY KEY AUTOINCREMENT,
  studyKey TEXT UNIQUE,
  patientKey INTEGER REFERENCES patients,
  primaryImageKey INTEGER,
  findings TEXT NOT NULL DEFAULT '[]',
  study TEXT NOT NULL,
  view TEXT NOT NULL,
  patientId TEXT,
  patientSex TEXT,
  patientAge REAL,
  studyDate TEXT,
  source TEXT,
  sourceUrl TEXT,
  licence TEXT,
  synthetic INTEGER NOT NULL,
  imageCount INTEGER NOT NULL DEFAULT 0,
  noteCount INTEGER NOT NULL DEFAULT 0,
  importedAt TEXT NOT NULL
);
CREATE INDEX casesByPatientKey ON cases (patientKey);
CREATE INDEX casesByFindings ON cases (findings);
CREATE INDEX casesByPatient ON cases (patientId);
CREATE INDEX casesBySex ON cases (patientSex);
CREATE INDEX casesByAge ON cases (patientAge);
CREATE INDEX casesByDate ON cases (studyDate);
CREATE INDEX casesByView ON cases (view);
CREATE INDEX casesBySource ON cases (source);
CREATE INDEX casesByNotes ON cases (noteCount);
CREATE INDEX casesByImport ON cases (importedAt);
CREATE INDEX casesSynthetic ON cases (synthetic);

CREATE TABLE caseFindings (
  caseKey INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
  finding TEXT NOT NULL,
  PRIMARY KEY (caseKey, finding)
) WITHOUT ROWID;
CREATE INDEX caseFindingsByFinding ON caseFindings (finding, caseKey);

CREATE TABLE objects (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pendingRemovals (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE images (
  imageKey INTEGER PRIMARY KEY AUTOINCREMENT,
  caseKey INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
  objectSha256 TEXT NOT NULL REFERENCES objects,
  pixelSha256 TEXT NOT NULL UNIQUE,
  file TEXT NOT NULL,
  facts TEXT NOT NULL,
  study TEXT NOT NULL,
  view TEXT NOT NULL
);
CREATE INDEX imagesByCase ON images (caseKey, view);
CREATE INDEX imagesByObject ON images (objectSha256);

CREATE TABLE models (
  modelKey INTEGER PRIMARY KEY,
  modelId TEXT NOT NULL UNIQUE,
  dimension INTEGER NOT NULL
);
CREATE TABLE embeddings (
  embeddingKey INTEGER PRIMARY KEY AUTOINCREMENT,
  imageKey INTEGER NOT NULL REFERENCES images ON DELETE CASCADE,
  modelKey INTEGER NOT NULL REFERENCES models,
  vector BLOB NOT NULL
);
CREATE UNIQUE INDEX embeddingsByModel ON embeddings (modelKey, imageKey);
CREATE INDEX embeddingsByImage ON embeddings (imageKey);
CREATE TABLE removedVectors (
  embeddingKey INTEGER PRIMARY KEY,
  modelKey INTEGER NOT NULL,
  vectorSequence INTEGER NOT NULL
);
CREATE INDEX removedVectorsBySequence ON removedVectors (modelKey, vectorSequence);
`

const NOTES_AND_WORDS = `
CREATE TABLE notes (
  noteKey INTEGER PRIMARY KEY AUTOINCREMENT,
  caseKey INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
  text TEXT NOT NULL,
  author TEXT,
  createdAt TEXT NOT NULL,
  updatedAt TEXT NOT NULL,
  revisions INTEGER NOT NULL
);
CREATE INDEX notesByCase ON notes (caseKey);
CREATE TABLE noteRevisions (
  noteKey INTEGER NOT NULL REFERENCES notes ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  text TEXT NOT NULL,
  author TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (noteKey, revision)
);
CREATE VIRTUAL TABLE notesFts USING fts5(
  text, content='notes', content_rowid='noteKey', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO notesFts (notesFts, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER notesInserted AFTER INSERT ON notes BEGIN
  INSERT INTO notesFts (rowid, text) VALUES (new.noteKey, new.text);
END;
CREATE TRIGGER notesDeleted AFTER DELETE ON notes BEGIN
  INSERT INTO notesFts (notesFts, rowid, text) VALUES ('delete', old.noteKey, old.text);
END;
CREATE TRIGGER notesUpdated AFTER UPDATE OF text ON notes BEGIN
  INSERT INTO notesFts (notesFts, rowid, text) VALUES ('delete', old.noteKey, old.text);
  INSERT INTO notesFts (rowid, text) VALUES (new.noteKey, new.text);
END;

CREATE TABLE caseWords (
  caseKey INTEGER PRIMARY KEY REFERENCES cases ON DELETE CASCADE,
  words TEXT NOT NULL
);
CREATE VIRTUAL TABLE caseWordsFts USING fts5(
  words, content='caseWords', content_rowid='caseKey',
  tokenize='unicode61 remove_diacritics 2', prefix='2 3', columnsize=0, detail=full
);
INSERT INTO caseWordsFts (caseWordsFts, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER caseWordsInserted AFTER INSERT ON caseWords BEGIN
  INSERT INTO caseWordsFts (rowid, words) VALUES (new.caseKey, new.words);
END;
CREATE TRIGGER caseWordsDeleted AFTER DELETE ON caseWords BEGIN
  INSERT INTO caseWordsFts (caseWordsFts, rowid, words) VALUES ('delete', old.caseKey, old.words);
END;
CREATE TRIGGER caseWordsUpdated AFTER UPDATE OF words ON caseWords BEGIN
  INSERT INTO caseWordsFts (caseWordsFts, rowid, words) VALUES ('delete', old.caseKey, old.words);
  INSERT INTO caseWordsFts (rowid, words) VALUES (new.caseKey, new.words);
END;
INSERT INTO caseWords (caseKey, words)
  SELECT caseKey, printf('case-%04d', caseKey) || ' ' || findings FROM cases;
`

const AUDIT = `
CREATE TABLE audit (
  entry INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE TRIGGER auditKeepsRows BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit entries are never deleted');
END;
CREATE TRIGGER auditKeepsValues BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit entries are never changed');
END;
`

const LABEL_CONFLICTS = `
CREATE TABLE labelConflicts (
  caseKey INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE,
  file TEXT NOT NULL,
  findings TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (caseKey, findings)
) WITHOUT ROWID;
`

/** A case whose lateral came first kept its facts, the view position with them, when the frontal took its place. */
const FACTS_OF_PRIMARY = `
UPDATE cases SET study = json_patch(study, (SELECT images.study FROM images WHERE imageKey = primaryImageKey))
  WHERE imageCount > 1 AND view = 'frontal';
`

export const MIGRATIONS: readonly string[] = [
  CASES_AND_IMAGES,
  NOTES_AND_WORDS,
  AUDIT,
  LABEL_CONFLICTS,
  FACTS_OF_PRIMARY,
]

/** The version this Hilum writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** The database's own version: how many steps it has seen. */
export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/**
 * Brings a database to `target`, one transaction a step.
 * @returns the versions passed, empty when there was nothing to do
 */
export function migrate(db: Database, target = SCHEMA_VERSION): number[] {
  const passed: number[] = []
  for (let version = schemaVersion(db); version < target; version += 1) {
    const step = MIGRATIONS[version]
    if (step === undefined) break
    db.transaction(() => {
      db.exec(step)
      db.pragma(`user_version = ${version + 1}`)
      if (version === 0) db.pragma(`application_id = ${APPLICATION_ID}`)
    }).immediate()
    passed.push(version + 1)
  }
  return passed
}
