/** The built-in optimizers and learning-rate schedules. See the README for the first file to open. */
import type { OptimizerPlugin, SchedulePlugin } from '@chainrule/core'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam, adamw } from './adam.ts'
import { lbfgs } from './lbfgs.ts'
import { lion } from './lion.ts'
import { nadam } from './nadam.ts'
import { rmsprop } from './rmsprop.ts'
import { constant, cosine, exponential, step } from './schedules.ts'
import { sgd } from './sgd.ts'

export { adadelta } from './adadelta.ts'
export { adagrad } from './adagrad.ts'
export { adam, adamw } from './adam.ts'
export { lbfgs } from './lbfgs.ts'
export { lion } from './lion.ts'
export { nadam } from './nadam.ts'
export { rmsprop } from './rmsprop.ts'
export { constant, cosine, exponential, step } from './schedules.ts'
export { sgd } from './sgd.ts'

/** All optimizers, for registration. */
export const optimizers: readonly OptimizerPlugin[] = [
  ...[sgd, rmsprop, adagrad, adadelta],
  ...[adam, adamw, nadam, lion, lbfgs],
]

/** All schedules, for registration. */
export const schedules: readonly SchedulePlugin[] = [constant, step, exponential, cosine]
