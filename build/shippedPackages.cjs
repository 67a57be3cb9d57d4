'use strict'
/**
 * What the program ships, from the lockfile it is built with: every package that is no development tool, and those
 * development packages that are bundled into the window.
 */
const fs = require('node:fs')
const path = require('node:path')

const root = path.resolve(__dirname, '..')
/** Bundled into the window by Vite, and therefore development packages to npm. */
const BUNDLED = new Set([
  'react',
  'react-dom',
  'scheduler',
  'zustand',
  'zod',
  'lucide-react',
  '@tanstack/react-virtual',
  '@tanstack/virtual-core',
  '@fontsource-variable/inter',
  'electron',
])
/** Brought along for development; the packaged app runs on Electron's own. */
const LEFT_OUT = /^node-(linux|win|darwin)-/

/** Packages whose package.json names no licence of its own, with what their licence file says. */
const SAID_ELSEWHERE = {
  'png-js': 'MIT',
  'dejavu-fonts-ttf': 'Bitstream-Vera AND LicenseRef-Arev',
}

function licenceOf(name, entry, place) {
  if (SAID_ELSEWHERE[name]) return SAID_ELSEWHERE[name]
  if (typeof entry.license === 'string') return entry.license
  const manifest = path.join(root, place, 'package.json')
  if (!fs.existsSync(manifest)) return undefined
  const { license, licenses } = JSON.parse(fs.readFileSync(manifest, 'utf8'))
  const said = license ?? licenses?.[0]
  return typeof said === 'string' ? said : said?.type
}

/** @returns name, version and licence of each package, by name; the licence is undefined where nobody says it */
function shippedPackages() {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  const found = new Map()
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (place === '') continue
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if ((entry.dev === true || entry.devOptional === true) && !BUNDLED.has(name)) continue
    if (LEFT_OUT.test(name)) continue
    found.set(`${name} ${entry.version}`, {
      name,
      version: entry.version,
      licence: licenceOf(name, entry, place),
    })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

module.exports = { shippedPackages }
