'use strict'
/**
 * Reads an Electron executable's fuses back: after a sentinel stand the version of their wire, their number and one
 * letter each (electronjs.org/docs/latest/tutorial/fuses).
 */
const fs = require('node:fs')

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** In the wire's order, by the names of electron-builder's `electronFuses`. */
const NAMES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
]

/** @returns the state of each fuse that this executable has and we name; throws when it has no fuses */
function readFuses(executable) {
  const bytes = fs.readFileSync(executable)
  const at = bytes.indexOf(SENTINEL)
  if (at < 0) throw new Error(`${executable} has no fuses`)
  const count = bytes[at + SENTINEL.length + 1]
  const letters = bytes.toString('latin1', at + SENTINEL.length + 2, at + SENTINEL.length + 2 + count)
  return Object.fromEntries(
    [...letters].slice(0, NAMES.length).map((letter, i) => [NAMES[i], letter === '1']),
  )
}

module.exports = { readFuses }
