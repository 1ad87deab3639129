/** The built-in plugins that a page loads when a text names one. */
import type { Plugin } from '@chainrule/core'
import { attention } from '@chainrule/layer-attention'
import { spatialLayers } from '@chainrule/layer-conv'
import { embeddingLayers } from '@chainrule/layer-embedding'
import { normLayers } from '@chainrule/layer-norm'
import { recurrentLayers } from '@chainrule/layer-recurrent'
import { cosine, focal, hinge, klDivergence, poisson } from '@chainrule/losses'
import { auc, f1, logLoss, precision, recall, topK } from '@chainrule/metrics'
import { adadelta, adagrad, lbfgs, lion, nadam } from '@chainrule/optimizers'

export const otherPlugins: readonly Plugin[] = [
  ...[...spatialLayers, ...normLayers],
  ...[...embeddingLayers, ...recurrentLayers, attention],
  ...[poisson, cosine, klDivergence, focal, hinge],
  ...[adagrad, adadelta, nadam, lion, lbfgs],
  ...[precision, recall, f1, topK, auc, logLoss],
]
