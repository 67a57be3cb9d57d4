import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const load = createRequire(__filename)
const { readFuses } = load('../../build/fuses.cjs') as {
  readFuses: (file: string) => Record<string, boolean>
}
const { shippedPackages } = load('../../build/shippedPackages.cjs') as {
  shippedPackages: () => { name: string; version: string; licence?: string }[]
}
const lock = JSON.parse(readFileSync(resolve(__dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, { integrity?: string; optionalDependencies?: Record<string, string> }>
}

it('reads the fuses of an executable back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-fuses-'))
  try {
    const file = join(folder, 'hilum')
    const wire = Buffer.concat([
      Buffer.from('…code…dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX', 'utf8'),
      Buffer.from([1, 7]),
      Buffer.from('0100110code'),
    ])
    writeFileSync(file, wire)
    expect(readFuses(file)).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
    })
    writeFileSync(file, 'no fuses here')
    expect(() => readFuses(file)).toThrow(/no fuses/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('knows the licence of every package that is shipped', () => {
  const packages = shippedPackages()
  expect(packages.length).toBeGreaterThan(50)
  expect(packages.filter((each) => each.licence === undefined || each.licence.startsWith('SEE'))).toEqual([])
  const strict = packages.filter((each) => /(^|[^L])GPL/.test(each.licence ?? ''))
  expect(strict.map((each) => each.name)).toEqual([])
})

it('has a checksum for every package, and lists what other systems need', () => {
  const places = Object.entries(lock.packages).filter(([place]) => place !== '')
  expect(places.filter(([, entry]) => entry.integrity === undefined).map(([place]) => place)).toEqual([])
  // npm on one system must not have dropped the binaries of the others.
  for (const [place, entry] of places)
    for (const name of Object.keys(entry.optionalDependencies ?? {}))
      expect(
        places.some(([other]) => other.endsWith(`node_modules/${name}`)),
        `${place} needs ${name} on another system`,
      ).toBe(true)
})
