/** Layers for images and series. See the README for the first file to open. */
import type { Layer } from '@chainrule/core'
import { averagePool } from './average-pool.ts'
import { conv } from './conv.ts'
import { depthwise } from './depthwise.ts'
import { globalAveragePool, globalMaxPool } from './global-pools.ts'
import { maxPool } from './max-pool.ts'
import { flatten, reshape, upsample } from './shapes.ts'

export { averagePool } from './average-pool.ts'
export { conv } from './conv.ts'
export { depthwise } from './depthwise.ts'
export { globalAveragePool, globalMaxPool } from './global-pools.ts'
export { maxPool } from './max-pool.ts'
export { flatten, reshape, upsample } from './shapes.ts'

/** All of them, for registration. */
export const spatialLayers: readonly Layer[] = [
  conv,
  depthwise,
  maxPool,
  averagePool,
  globalMaxPool,
  globalAveragePool,
  flatten,
  reshape,
  upsample,
]
