/** The batteries: every built-in plugin and the default engine. The only place that names them all. */
import { activations } from '@chainrule/activations'
import { type Engine, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { dense } from '@chainrule/layer-dense'
import { losses } from '@chainrule/losses'
import { metrics } from '@chainrule/metrics'
import { optimizers, schedules } from '@chainrule/optimizers'

/** A registry of its own with every built-in plugin; add yours with `register`. */
export function builtInRegistry(): Registry {
  return new Registry([
    dense,
    ...activations,
    ...losses,
    ...optimizers,
    ...schedules,
    ...initializers,
    ...metrics,
  ])
}

/** The engines by the name that `--engine` takes; the first is the default. */
export const engines: readonly Engine[] = [engineWasm, engineJs]
