import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Contrast of every text and mark colour on every surface, recomputed from the tokens (WCAG 2.2, 1.4.3 and 1.4.11). */
const css = readFileSync(join(__dirname, 'tokens.css'), 'utf8')

function theme(name: string): Map<string, string> {
  const start = css.indexOf(`[data-theme='${name}'] {`)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1] as string, m[2] as string]),
  )
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const SURFACES = ['bg', 'surface', 'raised', 'hover', 'active']
const TEXT = [
  'text',
  'text-2',
  'text-3',
  'accent',
  'f-pneumonia',
  'f-other',
  'f-normal',
  'f-unknown',
  'right',
  'wrong',
  'warn',
  'info',
]
const FILLED = ['f-pneumonia', 'f-other', 'f-normal', 'f-unknown', 'right', 'wrong', 'warn', 'info']

describe.each(['dark', 'light', 'contrast'])('tokens of the %s theme', (name) => {
  const colours = theme(name)
  const of = (token: string): string => {
    const value = colours.get(token)
    if (value === undefined) throw new Error(`${name} has no --${token}`)
    return value
  }
  it.each(TEXT)('%s can be read on every surface', (token) => {
    for (const surface of SURFACES) expect(contrast(of(token), of(surface))).toBeGreaterThanOrEqual(4.5)
  })
  it.each(FILLED)('%s can be read on its own fill', (token) => {
    expect(contrast(of(token), of(`${token}-fill`))).toBeGreaterThanOrEqual(4.5)
  })
  it('edges of controls, the focus ring and the primary button stand out', () => {
    for (const surface of SURFACES) {
      expect(contrast(of('line-strong'), of(surface))).toBeGreaterThanOrEqual(3)
      expect(contrast(of('ring'), of(surface))).toBeGreaterThanOrEqual(3)
    }
    expect(contrast(of('primary'), of('on-primary'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(of('accent'), of('on-accent'))).toBeGreaterThanOrEqual(3)
  })
})
