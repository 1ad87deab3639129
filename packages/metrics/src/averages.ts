/** Precision, recall and f1: of one class, or averaged over all. TP is the weight of the places rightly predicted as k. */
import {
  defineMetric,
  type MetricPlugin,
  type MetricTensors,
  type Ops,
  optional,
  shapeMismatch,
  type Tensor,
  word,
} from '@chainrule/core'
import { labels } from './labels.ts'

/** How the figures of the classes become one. */
const average = optional(word(['macro', 'micro', 'weighted', 'binary']))
type Average = 'macro' | 'micro' | 'weighted' | 'binary'

/** Of each class: the weight of what is right, of what is predicted as it, of what is it. */
interface Counts {
  readonly right: readonly number[]
  readonly predicted: readonly number[]
  readonly actual: readonly number[]
}

function count(
  ops: Ops,
  metric: string,
  tensors: MetricTensors,
): { readonly [K in keyof Counts]: Tensor } {
  const { actual, predicted, classes, weight } = labels(ops, metric, tensors)
  const hit = ops.mul(weight, ops.cast(ops.equal(actual, predicted), 'f64'))
  return {
    right: ops.scatterAdd(actual, hit, classes),
    predicted: ops.scatterAdd(predicted, weight, classes),
    actual: ops.scatterAdd(actual, weight, classes),
  }
}

/** The figure of one class, or of all its places together. */
type Figure = (right: number, predicted: number, actual: number) => number

/** Nothing of nothing is 0, as in scikit-learn, which warns of it. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0)

function averaged(figure: Figure, counts: Counts, asked: Average | undefined): number {
  const { right, predicted, actual } = counts
  if (sum(actual) === 0) return Number.NaN
  const how = asked ?? (right.length === 2 ? 'binary' : 'macro')
  if (how === 'micro') return figure(sum(right), sum(predicted), sum(actual))
  const each = right.map((tp, k) => figure(tp, predicted[k] ?? 0, actual[k] ?? 0))
  if (how === 'binary') return each[1] ?? Number.NaN
  if (how === 'weighted') return sum(each.map((x, k) => x * (actual[k] ?? 0))) / sum(actual)
  const seen = each.filter((_, k) => (predicted[k] ?? 0) + (actual[k] ?? 0) > 0)
  return sum(seen) / seen.length
}

const averagedMetric = (name: string, summary: string, figure: Figure): MetricPlugin =>
  defineMetric({
    name,
    summary,
    arguments: { average },
    targets: ['class', 'binary'],
    better: 'higher',
    problemWith: (classes, { average: asked }) =>
      asked !== 'binary' || classes <= 2
        ? undefined
        : {
            problem: `with \`binary\` is of the second of two classes, and here are ${classes}`,
            instead: `${name}(average=macro)`,
          },
    accumulate: (ops, tensors, { average: asked }) => {
      const classes = Number(tensors.prediction.shape.at(-1))
      if (asked === 'binary' && tensors.kind === 'class' && classes !== 2) {
        throw shapeMismatch(
          `\`${name}\` with \`binary\` is of the second of two classes, and here are ${classes}`,
          'take `macro`, `micro` or `weighted`',
        )
      }
      return count(ops, name, tensors)
    },
    finish: (counts, config) => averaged(figure, counts, config.average),
  })

/**
 * Which part of what is predicted as a class is of it.
 *
 * Equation   of class k: TP_k / (weight of the places predicted as k);
 *            `macro` the mean over the classes that occur, `weighted` with the weight of each, `micro` of all places
 *            together (which is the accuracy), `binary` of the second of two classes. Left out: `binary` of two classes,
 *            else `macro`
 * Shapes     p [B, …, K], y i32 [B, …] or weights over the classes [B, …, K]; or, yes or no, p, y [B, …, 1]
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `precision_score` with sample weights and `zero_division=0`.
 */
export const precision = averagedMetric(
  'precision',
  'Which part of what is predicted as a class is of it.',
  (right, predicted) => share(right, predicted),
)

/**
 * Which part of a class is found.
 *
 * Equation   of class k: TP_k / (weight of the places of k); averages as of `precision`
 * Shapes     as of `precision`
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `recall_score` with sample weights and `zero_division=0`.
 */
export const recall = averagedMetric(
  'recall',
  'Which part of a class is found.',
  (right, _, actual) => share(right, actual),
)

/**
 * The harmonic mean of precision and recall.
 *
 * Equation   of class k: 2 TP_k / (weight predicted as k + weight of k); averages as of `precision`
 * Shapes     as of `precision`
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `f1_score` with sample weights and `zero_division=0`.
 */
export const f1 = averagedMetric(
  'f1',
  'The harmonic mean of precision and recall.',
  (right, predicted, actual) => share(2 * right, predicted + actual),
)
