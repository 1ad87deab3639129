/** The built-in metrics. See the README for the first file to open. */
import type { MetricPlugin } from '@chainrule/core'
import { accuracy } from './accuracy.ts'
import { auc } from './auc.ts'
import { f1, precision, recall } from './averages.ts'
import { confusion } from './confusion.ts'
import { logLoss } from './log-loss.ts'
import { mae, r2, rmse } from './regression.ts'
import { topK } from './top-k.ts'

export { accuracy } from './accuracy.ts'
export { auc } from './auc.ts'
export { f1, precision, recall } from './averages.ts'
export { confusion } from './confusion.ts'
export { logLoss } from './log-loss.ts'
export { mae, r2, rmse } from './regression.ts'
export { topK } from './top-k.ts'

/** All of them, for registration. */
export const metrics: readonly MetricPlugin[] = [
  ...[accuracy, precision, recall, f1, topK, auc, logLoss, confusion],
  ...[mae, rmse, r2],
]
