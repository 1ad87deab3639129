/** What each loss is checked on. */
import type { LossPlugin } from '@chainrule/core'
import type { TargetCase } from '@chainrule/testing'
import { losses } from '../../src/index.ts'

/** Those with more than their defaults, by name. */
const own: Readonly<Record<string, readonly Omit<TargetCase, 'shape'>[]>> = {
  huber: [{}, { options: { delta: 0.3 } }],
  'log-cosh': [{}, { target: { from: 3, to: 9 } }],
  poisson: [{ target: { from: 0, to: 12 } }],
  'kl-divergence': [{ target: { from: 0, to: 1 } }],
  'cross-entropy': [
    {},
    { options: { smoothing: 0.1 } },
    { weights: true },
    { weights: true, options: { smoothing: 0.1 } },
  ],
  focal: [
    {},
    { arguments: [0.5] },
    { weights: true },
    { kind: 'binary' },
    { kind: 'binary', arguments: [3.5] },
  ],
  hinge: [
    {},
    { options: { squared: true, margin: 2 } },
    { kind: 'binary' },
    { kind: 'binary', options: { squared: true } },
  ],
}

/** Every loss with its cases, the first of them over rows and times too. */
export const lossCases: readonly (readonly [LossPlugin, readonly TargetCase[]])[] = losses.map(
  (loss) => [
    loss,
    (own[loss.name] ?? [{}]).flatMap((tested, i): TargetCase[] => [
      { ...tested, shape: [3] },
      ...(i === 0 ? [{ ...tested, shape: [4, 3] }] : []),
    ]),
  ],
)
