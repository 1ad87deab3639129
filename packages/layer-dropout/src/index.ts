/** Layers that add noise while training. See the README for the first file to open. */
import { dropout, gaussianNoise, spatialDropout } from './dropout.ts'

export { dropout, gaussianNoise, spatialDropout } from './dropout.ts'

/** All of them, for a registry. */
export const dropoutLayers = [dropout, spatialDropout, gaussianNoise] as const
