/**
 * What all recurrent layers share: steps of a sequence, forward and back through time. A program has no loops, so that
 * every step is traced by itself; what can be done for all steps at once is one product over [B · T] rows outside of them.
 *
 * With h_t = cell(x_t, h_(t−1)) the gradient arrives at h_t from the outside and from step t + 1:
 *
 *     d_t = ∂L/∂h_t + (∂h_(t+1)/∂h_t)ᵀ d_(t+1)
 *
 * Where the mask is false, h_t = h_(t−1): the cell gets 0 and d_t goes on to h_(t−1) as it is.
 */
import {
  type Dimension,
  formatShape,
  isRows,
  type Joined,
  type LayerOps,
  type Shape,
  sameShape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

/** The sizes of x [B, T, C]. */
export interface Sizes {
  readonly rows: Dimension
  readonly times: number
  readonly features: number
}

/** Reads [B, T, C] and [B, T] of a mask, or refuses. */
export function sizesOf(name: string, h: Shape, mask?: Shape): Sizes {
  const [rows = 1, times = 0, features = 0] = h
  if (h.length !== 3 || isRows(times) || isRows(features) || times < 1) {
    throw shapeMismatch(
      `\`${name}\` needs rows of times with features, [B, times, features], but got ${formatShape(h)}`,
      'give each row a series, for instance `input x 24x3`, or make one of its columns: `reshape 24x3`',
    )
  }
  if (mask !== undefined && !sameShape(mask, [rows, times])) {
    throw shapeMismatch(
      `\`${name}\` needs a mask of [B, ${times}], one for each time, but got ${formatShape(mask)}`,
      'give the mask one yes or no for each time',
    )
  }
  return { rows, times, features }
}

/** The products with W and U alone, and their biases: each step adds them in the loop that reads the products. */
export interface Products {
  /** W_ih x_t of all times [B, T, N]. */
  readonly projected: Tensor
  /** W_hh h. */
  ofState(h: Tensor): Tensor
  /** b_ih + b_hh [N]. */
  readonly biases: Tensor | undefined
}

export function productsWith(ops: LayerOps, W: Joined, U: Joined, x: Tensor): Products {
  const product = ({ matrix }: Joined, h: Tensor): Tensor =>
    ops.affine({ matrix, column: undefined }, h)
  const [b, c] = [W.column, U.column]
  return {
    projected: product(W, x),
    ofState: (h) => product(U, h),
    biases: b && total(ops, b, c),
  }
}

/** The sum of those that are there. */
export function total(ops: LayerOps, first: Tensor, ...rest: (Tensor | undefined)[]): Tensor {
  return rest.reduce<Tensor>((sum, x) => (x === undefined ? sum : ops.add(sum, x)), first)
}

/** x_t [B, N] of x [B, T, N]. */
export function at(ops: LayerOps, x: Tensor, t: number): Tensor {
  const [rows = 1, , width = 1] = x.shape
  return ops.reshape(ops.slice(x, [0, t, 0], [rows, 1, width]), [rows, width])
}

/** [B, T, N] of T times [B, N]. */
export function stacked(ops: LayerOps, steps: readonly Tensor[]): Tensor {
  const each = steps.map((x) => ops.reshape(x, [x.shape[0] ?? 1, 1, x.shape[1] ?? 1]))
  return ops.concat(each, 1)
}

/** The parts [..., H] of [..., n H]: PyTorch keeps the gates of a layer in one matrix. */
export function gate<G extends Tensor | undefined>(
  ops: LayerOps,
  g: G,
  index: number,
  units: number,
): G | Tensor {
  if (g === undefined) return g
  const leading = g.shape.slice(0, -1)
  return ops.slice(g, [...leading.map(() => 0), index * units], [...leading, units])
}

/** σ' of the sigmoid that gave s. */
export function slope(ops: LayerOps, s: Tensor): Tensor {
  return ops.mul(s, ops.sub(1, s))
}

/** What goes from step to step: h, and for some cells more. */
type States = Readonly<Record<string, Tensor>>

const paired = <S extends States>(
  a: S,
  b: S,
  join: (ofA: Tensor, ofB: Tensor) => Tensor,
): { readonly [K in keyof S]: Tensor } => {
  const entries = Object.entries(a).map(([name, x]) => [name, join(x, b[name] ?? x)])
  return Object.fromEntries(entries) as { readonly [K in keyof S]: Tensor }
}

/** Whether step t counts, [B, 1]. */
function counts(ops: LayerOps, mask: Tensor, t: number): Tensor {
  return ops.slice(mask, [0, t], [mask.shape[0] ?? 1, 1])
}

/** All steps forward: what each saved, and the states after each. */
export function unroll<S extends States, Saved>(
  ops: LayerOps,
  times: number,
  mask: Tensor | undefined,
  initial: S,
  cell: (t: number, states: S) => { readonly states: S; readonly saved: Saved },
): { readonly saved: readonly Saved[]; readonly after: readonly S[]; readonly last: S } {
  let last = initial
  const steps = Array.from({ length: times }, (_, t) => {
    const { states, saved } = cell(t, last)
    if (mask === undefined) last = states
    else {
      const now = counts(ops, mask, t)
      last = paired(states, last, (moved, kept) => ops.select(now, moved, kept)) as S
    }
    return { saved, after: last }
  })
  return { saved: steps.map(({ saved }) => saved), after: steps.map(({ after }) => after), last }
}

/**
 * All steps back. `arriving` is what comes to the last states from the outside, `dh` [B, T, H] what comes to each h_t;
 * `cell` takes the gradients of the states after step t and gives those of the states before it.
 */
export function throughTime<S extends States & { readonly h: Tensor }>(
  ops: LayerOps,
  times: number,
  mask: Tensor | undefined,
  arriving: S,
  dh: Tensor | undefined,
  cell: (t: number, d: S) => S,
): void {
  let d = arriving
  for (let t = times - 1; t >= 0; t--) {
    if (dh !== undefined) d = { ...d, h: ops.add(d.h, at(ops, dh, t)) }
    if (mask === undefined) d = cell(t, d)
    else {
      const now = counts(ops, mask, t)
      const through = paired(d, d, (x) => ops.select(now, x, 0)) as S
      const past = paired(d, d, (x) => ops.select(now, 0, x)) as S
      d = paired(cell(t, through), past, ops.add) as S
    }
  }
}

/** The state before the first step. */
export function zeros(ops: LayerOps, rows: Dimension, units: number): Tensor {
  return ops.constant(0, { shape: [rows, units] })
}
