import type { Ops, Tensor } from '@chainrule/core'

/** ∂L/∂W + λ W: weight decay as the gradient of λ/2 |W|², as PyTorch's `weight_decay`. */
export function coupledDecay(ops: Ops, w: Tensor, dw: Tensor, decay: number): Tensor {
  return decay === 0 ? dw : ops.add(dw, ops.mul(w, decay))
}

/** (1 − η λ) W: weight decay beside the gradient. */
export function decoupledDecay(
  ops: Ops,
  {
    w,
    decay,
    learningRate,
  }: { readonly w: Tensor; readonly decay: number; readonly learningRate: Tensor },
): Tensor {
  return decay === 0 ? w : ops.mul(w, ops.sub(1, ops.mul(learningRate, decay)))
}
