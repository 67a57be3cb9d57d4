import type { Command } from '../command.js'
import { table } from '../screen.js'

export const doctor: Command = {
  usage: '',
  summary: 'checks the parts Hilum needs and says which hardware it uses',
  arity: [0, 0],
  library: 'none',
  async run({ session, screen }) {
    const report = await session.call('engine.doctor', {})
    screen.result(report, () => [
      ...Object.entries(report.versions).map(([part, version]) => `${part} ${version}`),
      report.encoder === undefined
        ? 'No model is installed.'
        : `model ${report.encoder.id} on ${report.encoder.provider}`,
      '',
      ...table(
        ['provider', 'available', 'ms an image', 'reason'],
        report.providers.map(({ name, available, reason, milliseconds }) => [
          name,
          available ? 'yes' : 'no',
          milliseconds === undefined ? '' : milliseconds.toFixed(1),
          reason,
        ]),
      ),
      '',
      ...table(
        ['check', 'result', 'detail'],
        report.checks.map(({ name, ok, detail }) => [name, ok ? 'ok' : 'FAILED', detail]),
      ),
    ])
    if (!report.ok) process.exitCode = 1
  },
}
