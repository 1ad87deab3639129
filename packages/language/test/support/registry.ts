import { activations } from '@chainrule/activations'
import { defineLayer, type Plugin, Registry, repeated, shapeMismatch } from '@chainrule/core'
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

/** Joins the last axes of any number of inputs; what `concat` will be. */
const join = defineLayer({
  name: 'join',
  summary: 'Joins the last axes of its inputs.',
  inputs: repeated({ name: 'h' }),
  minimumInputs: 2,
  shape: (_, inputs) => {
    const [first = []] = inputs
    const sizes = inputs.map((shape) => Number(shape.at(-1)))
    return [...first.slice(0, -1), sizes.reduce((sum, size) => sum + size, 0)]
  },
  forward: (ops, _, inputs) => ({ h: ops.concat([...inputs], -1), saved: undefined }),
})

/** Refuses an odd number of features, and hands its second half on as an output of its own. */
const halve = defineLayer({
  name: 'halve',
  summary: 'Splits the last axis in two.',
  outputs: ['rest'],
  shape: (_, [h]) => {
    const size = Number(h.at(-1))
    if (size % 2 === 1)
      throw shapeMismatch(`\`halve\` needs an even number of features, but got ${size}`)
    const half = [...h.slice(0, -1), size / 2]
    return { h: half, rest: half }
  },
  forward: (ops, _, [h]) => ({ h, outputs: { rest: ops.neg(h) }, saved: undefined }),
})

/** Takes indices. */
const lookUp = defineLayer({
  name: 'look-up',
  summary: 'Indices as numbers.',
  inputs: [{ name: 'h', dtype: 'integer' }],
  shape: (_, [h]) => h,
  forward: (ops, _, [h]) => ({ h: ops.cast(h, 'f32'), saved: undefined }),
})

export const testLayers: readonly Plugin[] = [join, halve, lookUp]

const builtIn: readonly Plugin[] = [
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
]

/** The built-in plugins. */
export const registry = new Registry(builtIn)

/** The same, and layers that show what no built-in one does yet. */
export const wideRegistry = new Registry([...builtIn, ...testLayers])
