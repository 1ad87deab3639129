import { defineTableMetric } from '@chainrule/core'
import { labels } from './labels.ts'

/**
 * How often each class is taken for each: a table with a row for each true class and a column for each predicted one.
 *
 * Equation   C_jk = Σ w [y = j] [argmax p = k]
 * Shapes     p [B, …, K], y i32 [B, …] or weights over the classes [B, …, K]; or, yes or no, p, y [B, …, 1], K = 2
 * Errors     shape-mismatch
 * Source     Matches scikit-learn 1.2 `confusion_matrix` with sample weights.
 */
export const confusion = defineTableMetric({
  name: 'confusion',
  summary: 'How often each class is taken for each, as a table.',
  targets: ['class', 'binary'],
  accumulate: (ops, tensors) => {
    const { actual, predicted, classes, weight } = labels(ops, 'confusion', tensors)
    const cell = ops.add(ops.mul(actual, classes), predicted)
    return {
      cells: ops.reshape(ops.scatterAdd(cell, weight, classes * classes), [classes, classes]),
    }
  },
  finish: ({ cells }) => {
    const classes = Math.sqrt(cells.length)
    return Array.from({ length: classes }, (_, j) => cells.slice(j * classes, (j + 1) * classes))
  },
})
