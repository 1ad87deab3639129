/** Normalising layers. See the README for the first file to open. */
import { batchNorm } from './batch-norm.ts'
import { groupNorm } from './group-norm.ts'
import { norm, rmsNorm } from './layer-norm.ts'

export { batchNorm } from './batch-norm.ts'
export { groupNorm } from './group-norm.ts'
export { norm, rmsNorm } from './layer-norm.ts'

/** All of them, for a registry. */
export const normLayers = [norm, rmsNorm, groupNorm, batchNorm] as const
