/** The built-in plugins that first models are made of: what a page begins with. The others come when a text names one. */
import { activations } from '@chainrule/activations'
import { type Plugin, Registry } from '@chainrule/core'
import { initializers } from '@chainrule/initializers'
import { dense } from '@chainrule/layer-dense'
import { dropoutLayers } from '@chainrule/layer-dropout'
import { mergeLayers } from '@chainrule/layer-merge'
import {
  binaryCrossEntropy,
  crossEntropy,
  huber,
  logCosh,
  mae as maeLoss,
  mse,
  squared,
} from '@chainrule/losses'
import { accuracy, confusion, mae as maeMetric, r2, rmse } from '@chainrule/metrics'
import { adam, adamw, rmsprop, schedules, sgd } from '@chainrule/optimizers'

export const plainPlugins: readonly Plugin[] = [
  ...[dense, ...dropoutLayers, ...mergeLayers],
  ...activations,
  ...[squared, mse, maeLoss, huber, logCosh, crossEntropy, binaryCrossEntropy],
  ...[sgd, rmsprop, adam, adamw],
  ...schedules,
  ...initializers,
  ...[accuracy, confusion, maeMetric, rmse, r2],
]

/** A registry of its own with the plain plugins; those of `loadOtherPlugins` can be added when a text asks for one. */
export const plainRegistry = (): Registry => new Registry(plainPlugins)

/** What `loadOtherPlugins` gives, by name, so that a text can be asked whether it needs one. */
export const otherPluginNames: readonly string[] = [
  ...['conv', 'depthwise', 'max-pool', 'average-pool', 'global-max-pool', 'global-average-pool'],
  ...['flatten', 'reshape', 'upsample', 'norm', 'rms-norm', 'group-norm', 'batch-norm'],
  ...['embed', 'positional', 'rnn', 'gru', 'lstm', 'attention'],
  ...['poisson', 'cosine', 'kl-divergence', 'focal', 'hinge'],
  ...['adagrad', 'adadelta', 'nadam', 'lion', 'lbfgs'],
  ...['precision', 'recall', 'f1', 'top-k', 'auc', 'log-loss'],
]

/** The built-in plugins that are not plain. */
export const loadOtherPlugins = async (): Promise<readonly Plugin[]> =>
  (await import('./other-batteries.ts')).otherPlugins
