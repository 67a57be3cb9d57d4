import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawPhantom, HELD_OUT } from '../../demo/phantom.js'
import { OnnxImageEncoder } from '../../encoders/imageEncoder.js'
import { listPackFolders, verifyPack } from '../../encoders/modelPacks.js'
import type { DisplayImage } from '../../ports/decoding.js'
import { encodeOne } from '../pictures.js'
import { sharesOf } from './contributions.js'
import { fidelityOf } from './fidelity.js'

let encoder: OnnxImageEncoder
beforeAll(async () => {
  const [folder] = await listPackFolders([resolve(__dirname, '../../../../resources/models')])
  encoder = await OnnxImageEncoder.open(await verifyPack(folder as string), 1)
})
afterAll(() => encoder.close())

const chest = (seed: number, opaque: boolean): DisplayImage =>
  drawPhantom(HELD_OUT + seed, {
    rows: 160,
    columns: 176,
    view: 'AP',
    opacities: opaque
      ? [{ kind: 'lobar consolidation', zone: 'lower', side: 'right', strength: 0.9, size: 1.2 }]
      : [],
  })

describe('the check of an explanation', () => {
  it.each([true, false])(
    'passes the encoder’s own shares and no map that says the opposite (opacity: %s)',
    async (opaque) => {
      const display = chest(1, opaque)
      const mine = await encodeOne(encoder, display)
      const theirs = await encodeOne(encoder, chest(2, opaque))
      const shares = sharesOf(mine.patches, theirs.embedding)
      const { grid } = mine.patches
      const explained = { display, counterpart: chest(3, !opaque), grid, other: theirs.embedding }
      const { signal } = new AbortController()

      const { deletion, insertion, random } = await fidelityOf(encoder, { ...explained, shares }, signal)
      expect(deletion).toBeLessThan(random)
      expect(insertion).toBeGreaterThan(random)

      const opposite = await fidelityOf(
        encoder,
        { ...explained, shares: shares.map((share) => -share) },
        signal,
      )
      expect(opposite.deletion).toBeGreaterThan(opposite.random)
      expect(opposite.insertion).toBeLessThan(opposite.random)
      expect(opposite.random).toBe(random)
    },
  )

  it('greys parts only where no counterpart is to be had, and stops when told to', async () => {
    const display = chest(4, false)
    const { patches, embedding } = await encodeOne(encoder, display)
    const shares = sharesOf(patches, embedding)
    const explained = { display, counterpart: undefined, grid: patches.grid, shares, other: embedding }
    const greyed = await fidelityOf(encoder, explained, new AbortController().signal)
    expect(greyed.deletion).toBeLessThan(greyed.insertion)
    await expect(fidelityOf(encoder, explained, AbortSignal.abort())).rejects.toThrow()
  })
})
