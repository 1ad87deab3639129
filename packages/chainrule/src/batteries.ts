/** The batteries: every built-in plugin. The only place that names them all; the engines are in `engines.ts`. */
import { activations } from '@chainrule/activations'
import { Registry } from '@chainrule/core'
import { initializers } from '@chainrule/initializers'
import { attention } from '@chainrule/layer-attention'
import { spatialLayers } from '@chainrule/layer-conv'
import { dense } from '@chainrule/layer-dense'
import { dropoutLayers } from '@chainrule/layer-dropout'
import { embeddingLayers } from '@chainrule/layer-embedding'
import { mergeLayers } from '@chainrule/layer-merge'
import { normLayers } from '@chainrule/layer-norm'
import { recurrentLayers } from '@chainrule/layer-recurrent'
import { losses } from '@chainrule/losses'
import { metrics } from '@chainrule/metrics'
import { optimizers, schedules } from '@chainrule/optimizers'

/** A registry of its own with every built-in plugin; add yours with `register`. */
export function builtInRegistry(): Registry {
  return new Registry([
    dense,
    ...spatialLayers,
    ...normLayers,
    ...dropoutLayers,
    ...embeddingLayers,
    ...mergeLayers,
    ...recurrentLayers,
    attention,
    ...activations,
    ...losses,
    ...optimizers,
    ...schedules,
    ...initializers,
    ...metrics,
  ])
}
