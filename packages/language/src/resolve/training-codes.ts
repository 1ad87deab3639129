import type { CodeEntry } from '../codes.ts'

/** Codes of what a network and its training do not have in common. */
export const trainingCodes = {
  'driven-random': {
    severity: 'error',
    group: 'training',
    title: 'An optimizer that compares losses is given layers that draw',
    explanation:
      'An optimizer such as `lbfgs` takes all rows at once and compares the loss at several places along a line; the curvature that it learns is a difference of gradients. Both need one loss for one set of weights. `dropout`, `spatial-dropout` and `gaussian-noise` draw while training, and a draw that is kept for the whole training is no dropout: it trains one fixed part of the network. `l2` keeps weights small without drawing. `batch-norm` is taken: its running values move once an iteration.',
    wrong: 'input x 4\n@x -> dense 8 tanh -> dropout 0.2 -> dense 1\noptimizer lbfgs',
    right: 'input x 4\n@x -> dense 8 tanh l2=1e-4 -> dense 1\noptimizer lbfgs',
  },
  'target-unreachable': {
    severity: 'warning',
    group: 'training',
    title: 'The last activation gives none of the numbers that a target has',
    explanation:
      'An activation at the end is taken as written with the range of the target in mind, so that the target is not scaled: `dense 1 relu` for what is never negative, `dense 1 sigmoid` for shares. Rows beyond that range can never be met, and of `relu` the output may get stuck at 0. Left out, the output may be any number.',
  },
  'nothing-learns': {
    severity: 'warning',
    group: 'training',
    title: 'Training changes nothing',
    explanation:
      '`freeze` keeps the parameters of a layer, a block or a `repeat` as they are, and a layer such as `flatten` or `relu` has none. Where nothing is left to change, every epoch ends as it began; to measure a model as it is, `chainrule evaluate` takes a saved one.',
    wrong: 'input x 4\n@x -> dense 8 relu freeze=true -> dense 1 freeze=true\nloss mse',
    right: 'input x 4\n@x -> dense 8 relu freeze=true -> dense 1\nloss mse',
  },
  'metric-classes': {
    severity: 'error',
    group: 'training',
    title: 'A metric says nothing of so many classes',
    explanation:
      'With as many guesses as there are classes every row is right, so that `top-k(3)` of three classes is always 1; `top-k` without a number is of five. `precision`, `recall` and `f1` with `average=binary` are of the second of two classes.',
    wrong: 'input x 4\n@x -> dense 3\nloss cross-entropy\nmetrics [accuracy, top-k]',
    right: 'input x 4\n@x -> dense 3\nloss cross-entropy\nmetrics [accuracy, top-k(2)]',
  },
} as const satisfies Record<string, CodeEntry>
