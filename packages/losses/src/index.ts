/** The built-in losses. See the README for the first file to open. */
import type { LossPlugin } from '@chainrule/core'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { crossEntropy } from './cross-entropy.ts'
import { huber, mae, mse, squared } from './regression.ts'

export { binaryCrossEntropy } from './binary-cross-entropy.ts'
export { crossEntropy } from './cross-entropy.ts'
export { huber, mae, mse, squared } from './regression.ts'

/** All of them, for registration. */
export const losses: readonly LossPlugin[] = [
  squared,
  mse,
  mae,
  huber,
  crossEntropy,
  binaryCrossEntropy,
]
