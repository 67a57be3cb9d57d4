/** The bounds every layer shares. Bytes unless said otherwise. */
export const LIMITS = {
  /** One file from disk or over a transport. */
  fileBytes: 1024 * 1024 * 1024,
  /** Pixels of one frame (rows x columns): a 20,000 x 20,000 scan still opens. */
  framePixels: 400_000_000,
  /** Decoded bytes of one object, all frames. */
  decodedBytes: 1_600_000_000,
  /** Entries of one archive and of one folder walk. */
  entries: 200_000,
  /** Uncompressed bytes of one archive entry over its compressed bytes, above `bombFloorBytes`. */
  bombRatio: 200,
  bombFloorBytes: 64 * 1024 * 1024,
  /** Milliseconds after which a decode is killed; a healthy 3k x 3k J2K takes under 2 s. */
  decodeMilliseconds: 20_000,
  /** Resident bytes a decode process may reach before it is killed. */
  decodeMemoryBytes: 3 * 1024 * 1024 * 1024,
  /** Nesting of DICOM sequences. */
  dicomDepth: 64,
  searchK: 1000,
  textCharacters: 2000,
  noteCharacters: 2_000_000,
  /** One message over a transport. */
  messageBytes: 512 * 1024 * 1024,
} as const
