import { activations } from '@chainrule/activations'
import { defineReader, positiveInteger, Registry } from '@chainrule/core'
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
import type { GeneratorInfo } from '../../src/index.ts'

/** As a plugin gives one that a text uses by `as p`. */
const sparse = defineReader({
  name: 'p.sparse',
  summary: 'Rows of LIBSVM.',
  arguments: { width: positiveInteger() },
  read: () => ({ x: [1] }),
})

/** The built-in plugins, as `chainrule` registers them, and a reader. */
export const registry = new Registry([
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
  sparse,
])

/** Some of those of `@chainrule/data`, in the same form. */
export const generators: readonly GeneratorInfo[] = [
  {
    name: 'spiral',
    about: 'arms that wind one and three quarter turns round each other, out to radius 5',
    defaults: { points: 200, noise: 0.1, classes: 2 },
  },
  {
    name: 'circle',
    about: 'a disc of radius 2.5 inside a ring from 3.5 to 5',
    defaults: { points: 200, noise: 0.1 },
  },
  {
    name: 'plane',
    about: 'a regression: y = (x1 + x2) / 10 on the square from -6 to 6',
    defaults: { points: 200, noise: 0.1 },
  },
  {
    name: 'xor',
    about: 'the corners of a square in turn, 1 where exactly one coordinate is 1',
    defaults: { points: 4, noise: 0 },
  },
]
