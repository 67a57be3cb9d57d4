import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

type Configuration = {
  asarUnpack: string[]
  electronFuses: Record<string, boolean>
  linux: { files: string[] }
  mac: { files: string[] }
  win: { files: string[] }
}
type Validator = {
  validateConfiguration: (configuration: object, logger: { isEnabled: boolean; add(): void }) => Promise<void>
}

const load = createRequire(__filename)
const configuration = load('../../build/electron-builder.config.cjs') as Configuration
const { validateConfiguration } = load('app-builder-lib/out/util/config/config') as Validator
const logger = { isEnabled: false, add: () => undefined }

describe('the packaging configuration', () => {
  it('is valid for electron-builder', async () => {
    await expect(validateConfiguration(configuration, logger)).resolves.toBeUndefined()
  })

  it('is judged by a validator that refuses what it does not know', async () => {
    await expect(validateConfiguration({ ...configuration, asarUnpak: [] }, logger)).rejects.toThrow(
      /asarUnpak/,
    )
  })

  it('keeps natives outside the asar and other platforms’ binaries out', () => {
    expect(configuration.asarUnpack).toContain('**/*.node')
    expect(configuration.asarUnpack.some((pattern) => pattern.includes('onnxruntime-node/bin'))).toBe(true)
    for (const [platform, foreign] of [
      ['linux', 'win32'],
      ['mac', 'linux'],
      ['win', 'darwin'],
    ] as const)
      expect(
        configuration[platform].files.some((each) => each.startsWith('!') && each.includes(`/${foreign}/`)),
      ).toBe(true)
  })

  it('sets the fuses that keep the app from being used as something else', () => {
    expect(configuration.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
      enableCookieEncryption: true,
    })
  })
})
