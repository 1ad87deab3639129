import type { Ops, Tensor } from '@chainrule/core'

/** ∂L/∂W + λ W: weight decay as the gradient of λ/2 |W|², as PyTorch's `weight_decay`. */
export function coupledDecay(ops: Ops, w: Tensor, dw: Tensor, decay: number): Tensor {
  return decay === 0 ? dw : ops.add(dw, ops.mul(w, decay))
}
