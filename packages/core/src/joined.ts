/**
 * The paper's W^n: weights with the bias as a last column, against an input with the constant 1 appended (section 1).
 * Two tensors with names of their own are seen as the one matrix; nothing is copied to append anything.
 */
import type { Ops, Tensor } from '@chainrule/program'

/** W [out, in + 1] as its parts: weight [out, in] and, where there is one, bias [out]. */
export interface Joined {
  readonly matrix: Tensor
  readonly column: Tensor | undefined
}

/** `ops` as layers see it: the program's vocabulary and the paper's three products with W. */
export interface LayerOps extends Ops {
  /**
   * Equation   g = W h (eq. 41)
   * Shapes     W [out, in + 1], h [B, …, in] -> g [B, …, out]
   */
  affine(W: Joined, h: Tensor): Tensor
  /**
   * Equation   ∂L/∂h^(n-1) = ∂L/∂g^n W^n (eq. 77); the appended 1 is a constant, so W's last column drops out
   * Shapes     dg [B, …, out], W [out, in + 1] -> dh [B, …, in]
   */
  affineInputGradient(dg: Tensor, W: Joined): Tensor
  /**
   * Equation   ∂L/∂W^n = (∂L/∂g^n)ᵀ (h^(n-1))ᵀ (eq. 75), summed over the rows; the appended 1 gives the last column
   * Shapes     dg [B, …, out], h [B, …, in], W [out, in + 1] -> dW [out, in + 1]
   */
  affineWeightGradient(dg: Tensor, h: Tensor, W: Joined): Joined
}

const leadingAxes = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis)

/** Adds the products with W to a program's vocabulary. */
export function layerOps(ops: Ops): LayerOps {
  return {
    ...ops,
    affine: ({ matrix, column }, h) => {
      const product = ops.dot(h, matrix, { contract: [[h.shape.length - 1], [1]] })
      return column === undefined ? product : ops.add(product, column)
    },
    affineInputGradient: (dg, { matrix }) =>
      ops.dot(dg, matrix, { contract: [[dg.shape.length - 1], [0]] }),
    affineWeightGradient: (dg, h, { column }) => {
      const rows = leadingAxes(dg)
      return {
        matrix: ops.dot(dg, h, { contract: [rows, rows] }),
        column: column === undefined ? undefined : ops.sum(dg, rows),
      }
    },
  }
}

/** The matrix W [out, in + 1] itself, copied together; for `inspect`. */
export function assemble(ops: Ops, { matrix, column }: Joined): Tensor {
  if (column === undefined) return matrix
  return ops.concat([matrix, ops.reshape(column, [...column.shape, 1])], 1)
}
