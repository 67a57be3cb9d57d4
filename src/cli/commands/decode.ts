import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { Command } from '../command.js'
import { pathSource, text } from '../options.js'

export const decode: Command = {
  usage: 'FILE',
  summary: 'says what a file holds, sample by sample',
  options: { png: { type: 'string', help: 'also write the displayed picture here' } },
  arity: [1, 1],
  library: 'none',
  async run({ args, values, session, screen, signal }) {
    const target = text(values, 'png')
    const { report, png } = await session.call(
      'decode.describe',
      { source: pathSource(args[0] ?? ''), png: target !== undefined },
      { signal },
    )
    if (target !== undefined && png !== undefined) {
      try {
        writeFileSync(resolve(target), png)
      } catch (error) {
        throw new HilumError('REPORT_FAILED', 'The PNG could not be written.', {
          detail: target,
          cause: error,
        })
      }
    }
    screen.result(report, () => [
      `${report.kind}${report.transferSyntax === undefined ? '' : ` ${report.transferSyntax}`}, ${report.photometric}, ${report.rows} x ${report.columns}, ${report.frames} frames`,
      `${report.bitsStored} bits ${report.signed ? 'signed' : 'unsigned'}, ${report.samplesPerPixel} samples per pixel`,
      `stored ${report.stored.min} to ${report.stored.max}, mean ${report.stored.mean.toFixed(3)}, sha1 ${report.stored.sha1}`,
      `modality ${report.modality.min} to ${report.modality.max}, VOI ${report.voi.min} to ${report.voi.max}`,
      ...report.warnings.map((warning) => `warning: ${warning}`),
    ])
  },
}
