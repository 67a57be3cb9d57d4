/** Written notes for drawn cases, in the project's own plain wording; what they say is what was drawn. */
import type { PhantomTruth } from './phantom.js'
import type { PlantedOpacity } from './opacities.js'
import type { Random } from './random.js'

/** "right lower zone", "both lower zones", "both lungs". */
function placeOf(opacities: readonly PlantedOpacity[]): string {
  const [first] = opacities
  if (!first) return ''
  const sides = new Set(opacities.map((o) => o.side))
  if (first.zone === 'whole') return sides.size > 1 ? 'both lungs' : `the ${first.side} lung`
  const zones = [...new Set(opacities.map((o) => `${o.side} ${o.zone} zone`))]
  if (sides.size > 1 && opacities.every((o) => o.zone === first.zone)) return `both ${first.zone} zones`
  return `the ${zones.join(' and the ')}`
}

function heartSentence(truth: PhantomTruth, rng: Random): string {
  const limit = truth.group === 'adult' ? 0.5 : 0.58
  const ratio = truth.cardiothoracicRatio
  if (ratio > limit) return rng.pick(['The heart is enlarged.', 'Cardiomegaly.', 'Heart size above normal.'])
  if (ratio > limit - 0.02) return 'Heart size at the upper limit of normal.'
  return rng.pick(['Heart size normal.', 'The heart is not enlarged.', 'Normal heart and mediastinum.'])
}

/** @returns two to six sentences: why the picture was taken, what is seen, what is not seen, and a summary. */
export function noteFor(truth: PhantomTruth, rng: Random): string {
  const sick = truth.opacities.length > 0
  const child = truth.group !== 'adult'
  const reason = sick
    ? rng.pick([
        'Fever and cough for three days.',
        'Cough, fast breathing.',
        child ? 'Infant with fever and poor feeding.' : 'Productive cough and fever.',
        'Fever without a clear source.',
        'Chest pain and fever.',
      ])
    : rng.pick([
        'Cough for two weeks, no fever.',
        'Before an operation.',
        'Chest pain after a fall.',
        'Follow-up after pneumonia.',
        'Wheeze.',
        child ? 'Suspected swallowed coin.' : 'Check-up.',
      ])
  const place = placeOf(truth.opacities)
  const kind = truth.opacities[0]?.kind
  const seen = !sick
    ? rng.pick([
        'The lungs are clear. No consolidation.',
        'No infiltrate and no consolidation in either lung.',
        'Lungs well aerated without focal opacity.',
        'Clear lungs, no sign of pneumonia.',
      ])
    : kind === 'lobar consolidation'
      ? rng.pick([
          `Dense consolidation in ${place} with air bronchograms.`,
          `Homogeneous opacity in ${place}, in keeping with consolidation.`,
          `Lobar consolidation of ${place}.`,
        ])
      : kind === 'bronchopneumonia'
        ? rng.pick([
            `Patchy opacities in ${place}.`,
            `Several ill-defined patches of consolidation in ${place}.`,
            `Bronchopneumonic infiltrates in ${place}.`,
          ])
        : rng.pick([
            `Diffuse interstitial markings in ${place}.`,
            `Hazy reticular opacities throughout ${place}, most around the hila.`,
            `Interstitial infiltrates in ${place}; no lobar consolidation.`,
          ])
  const not = rng.pick([
    'No pleural effusion.',
    'No effusion, no pneumothorax.',
    'Costophrenic angles are free.',
    'No pneumothorax.',
    'No cavity and no effusion.',
    'No rib fracture seen.',
  ])
  const summary = sick
    ? rng.pick([
        'Impression: pneumonia.',
        'In keeping with pneumonia.',
        'Findings of pneumonia; clinical correlation advised.',
      ])
    : rng.pick(['Impression: normal chest.', 'No pneumonia.', 'No acute finding in the chest.'])
  return `${reason} ${seen} ${not} ${heartSentence(truth, rng)} ${summary} (Synthetic case.)`
}
