/** The built-in losses. See the README for the first file to open. */
import type { LossPlugin } from '@chainrule/core'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { cosine } from './cosine.ts'
import { crossEntropy } from './cross-entropy.ts'
import { focal } from './focal.ts'
import { hinge } from './hinge.ts'
import { klDivergence } from './kl-divergence.ts'
import { poisson } from './poisson.ts'
import { huber, logCosh, mae, mse, squared } from './regression.ts'

export { binaryCrossEntropy } from './binary-cross-entropy.ts'
export { cosine } from './cosine.ts'
export { crossEntropy } from './cross-entropy.ts'
export { focal } from './focal.ts'
export { hinge } from './hinge.ts'
export { klDivergence } from './kl-divergence.ts'
export { poisson } from './poisson.ts'
export { huber, logCosh, mae, mse, squared } from './regression.ts'

/** All of them, for registration. */
export const losses: readonly LossPlugin[] = [
  ...[squared, mse, mae, huber, logCosh, poisson, cosine, klDivergence],
  ...[crossEntropy, binaryCrossEntropy, focal, hinge],
]
