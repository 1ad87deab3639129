/**
 * The reverse-mode derivative of each primitive: from ∂L/∂result to ∂L/∂operand, written in the primitives themselves.
 * One row a primitive. In the rows, `x` (and `z`) are the operands, `y` is the result, `dy` is ∂L/∂y.
 *
 * At a kink one side is taken: `maximum` and `minimum` give all to the first operand where both are equal, `max` gives
 * all to the first maximum, `abs` gives 0 at 0.
 */
import type { Ops } from './ops.ts'
import type { Attributes, Primitive } from './primitives.ts'
import { addDimensions, subtractDimensions } from './shape-checks.ts'
import type { Tensor } from './trace.ts'
import type { Dimension, Shape } from './types.ts'

/** What a rule is told about one instruction. */
export interface DerivativeContext<P extends Primitive = Primitive> {
  readonly operands: readonly Tensor[]
  readonly result: Tensor
  readonly attributes: Attributes[P]
  /** ∂L/∂result, of the result's type. */
  readonly cotangent: Tensor
  /** Whether ∂L/∂operand is asked for, operand by operand; nothing is recorded for the others. */
  readonly needs: readonly boolean[]
}

/** ∂L/∂operand for each operand that is asked for; undefined where the result does not depend on it smoothly. */
export type DerivativeRule<P extends Primitive = Primitive> = (
  ops: Ops,
  context: DerivativeContext<P>,
) => (Tensor | undefined)[]

/** One instruction's tensors by the names that the rows use. */
interface Named<P extends Primitive> {
  readonly ops: Ops
  readonly x: Tensor
  readonly y: Tensor
  readonly dy: Tensor
  readonly attributes: Attributes[P]
  readonly operands: readonly Tensor[]
}
type Derivative<P extends Primitive> = (named: Named<P>) => Tensor
type PairDerivative<P extends Primitive> = (named: Named<P> & { readonly z: Tensor }) => Tensor

function operand(operands: readonly Tensor[], index: number): Tensor {
  const tensor = operands[index]
  if (tensor === undefined) throw new Error(`internal: a derivative rule has no operand ${index}`)
  return tensor
}

/** No derivative: the result is an integer, a condition, a source, or constant between its jumps. */
const none = (): (Tensor | undefined)[] => []

function one<P extends Primitive>(derivative: Derivative<P>): DerivativeRule<P> {
  return (ops, { operands, result: y, cotangent: dy, attributes, needs: [wanted] }) => {
    const x = operand(operands, 0)
    return [wanted ? derivative({ ops, x, y, dy, attributes, operands }) : undefined]
  }
}

/** `left` is for x, `right` for z. */
function two<P extends Primitive>(
  left: PairDerivative<P>,
  right: PairDerivative<P>,
): DerivativeRule<P> {
  return (ops, { operands, result: y, cotangent: dy, attributes, needs }) => {
    const [x, z] = [operand(operands, 0), operand(operands, 1)]
    const named = { ops, x, z, y, dy, attributes, operands }
    return [left, right].map((derivative, i) => (needs[i] ? derivative(named) : undefined))
  }
}

/** Gives `dy` to the side that `chosen` says the result was taken from. */
function pick<P extends Primitive>(chosen: PairDerivative<P>): DerivativeRule<P> {
  return two(
    (named) => named.ops.select(chosen(named), named.dy, 0),
    (named) => named.ops.select(chosen(named), 0, named.dy),
  )
}

/** Repeats `x` along the axes of `shape` that a reduction took away. */
function spread(ops: Ops, x: Tensor, shape: Shape, reduced: readonly number[]): Tensor {
  const axes = shape.flatMap((_, axis) => (reduced.includes(axis) ? [] : [axis]))
  return ops.trace.emit('broadcast', [x], { shape, axes })
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, i) => from + i)
}

/** `permutation` moved back. */
function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis))
}

const isIdentity = (permutation: readonly number[]): boolean =>
  permutation.every((axis, i) => axis === i)

/** One side of a `dot`: its tensor, and which of its axes play which part, in the order of the other side's axes. */
interface Side {
  readonly tensor: Tensor
  readonly batch: readonly number[]
  readonly contract: readonly number[]
  readonly free: readonly number[]
}

function sideOf(tensor: Tensor, { batch, contract }: Attributes['dot'], side: 0 | 1): Side {
  const used = [...batch[side], ...contract[side]]
  const free = range(0, tensor.shape.length).filter((axis) => !used.includes(axis))
  return { tensor, batch: batch[side], contract: contract[side], free }
}

/**
 * ∂L/∂wanted of a product: ∂L/∂y times the other side, summed over the other side's free axes. Of the two orders of
 * that product the one that needs no transpose is taken, where there is one. `first`: wanted is the left operand.
 */
function dotDerivative(ops: Ops, dy: Tensor, wanted: Side, other: Side, first: boolean): Tensor {
  const shared = range(0, wanted.batch.length)
  const over = range(shared.length + (first ? wanted.free.length : 0), other.free.length)
  // What is left of the other side comes in the order of its own axes.
  const left = other.contract.toSorted((a, b) => a - b)
  const partners = left.map((axis) => wanted.contract[other.contract.indexOf(axis)] ?? 0)
  const dyFirst = [...wanted.batch, ...wanted.free, ...partners]
  const dyLast = [...wanted.batch, ...partners, ...wanted.free]
  const swap = !isIdentity(dyFirst) && isIdentity(dyLast)
  const product = swap
    ? ops.dot(other.tensor, dy, { contract: [other.free, over], batch: [other.batch, shared] })
    : ops.dot(dy, other.tensor, { contract: [over, other.free], batch: [shared, other.batch] })
  const order = swap ? dyLast : dyFirst
  return isIdentity(order) ? product : ops.transpose(product, inverse(order))
}

const dot: DerivativeRule<'dot'> = two(
  ({ ops, x, z, dy, attributes }) =>
    dotDerivative(ops, dy, sideOf(x, attributes, 0), sideOf(z, attributes, 1), true),
  ({ ops, x, z, dy, attributes }) =>
    dotDerivative(ops, dy, sideOf(z, attributes, 1), sideOf(x, attributes, 0), false),
)

const select: DerivativeRule<'select'> = (ops, { operands, cotangent, needs }) => {
  const condition = operand(operands, 0)
  return [
    undefined,
    needs[1] ? ops.select(condition, cotangent, 0) : undefined,
    needs[2] ? ops.select(condition, 0, cotangent) : undefined,
  ]
}

const slice: DerivativeRule<'slice'> = one(({ ops, x, dy, attributes: { start, size } }) => {
  const after = x.shape.map((dimension, axis) => {
    const end = addDimensions('slice', start[axis] ?? 0, size[axis] ?? 0)
    return subtractDimensions('slice', dimension, end)
  })
  return ops.pad(dy, start, after)
})

const concat: DerivativeRule<'concat'> = (
  ops,
  { operands, cotangent, attributes: { axis }, needs },
) => {
  let offset: Dimension = 0
  return operands.map(({ shape }, i) => {
    const start = shape.map((_, a) => (a === axis ? offset : 0))
    offset = addDimensions('concat', offset, shape[axis] ?? 0)
    return needs[i] ? ops.slice(cotangent, start, shape) : undefined
  })
}

const max: DerivativeRule<'max'> = one(({ ops, x, dy, attributes: { axis } }) => {
  const first = spread(ops, ops.argmax(x, axis), x.shape, [axis])
  const here = ops.equal(ops.iota(x.shape, axis), first)
  return ops.select(here, spread(ops, dy, x.shape, [axis]), 0)
})

/** ∂/∂x x^z = z x^(z-1); 0 where z is 0, also at x = 0. */
const powBase: PairDerivative<'pow'> = ({ ops, x, z, dy }) => {
  const slope = ops.mul(z, ops.pow(x, ops.sub(z, 1)))
  return ops.mul(dy, ops.select(ops.equal(z, 0), 0, slope))
}

/** ∂/∂z x^z = x^z log x; 0 where x is not positive, so that an exponent learnt over zeros stays finite. */
const powExponent: PairDerivative<'pow'> = ({ ops, x, y, dy }) => {
  const positive = ops.less(0, x)
  const log = ops.log(ops.select(positive, x, 1))
  return ops.mul(dy, ops.select(positive, ops.mul(y, log), 0))
}

const unfold: DerivativeRule<'unfold'> = one(({ ops, x, dy, attributes }) => {
  const sizes = attributes.axes.map((axis) => Number(x.shape[axis]))
  return ops.fold(dy, { ...attributes, sizes })
})

const fold: DerivativeRule<'fold'> = one(({ ops, dy, attributes }) => {
  const { sizes: _, ...windows } = attributes
  return ops.unfold(dy, windows)
})

/** 2 / √π, the slope of erf at 0. */
const erfSlope = 1.1283791670955126

/** The derivatives, total over the primitives. */
export const derivativeRules: { readonly [P in Primitive]: DerivativeRule<P> } = {
  constant: none,
  input: none,
  state: none,
  iota: none,
  random: none,

  cast: one(({ ops, x, dy }) => ops.cast(dy, x.dtype)),
  neg: one(({ ops, dy }) => ops.neg(dy)),
  abs: one(({ ops, x, dy }) => ops.mul(dy, ops.sign(x))),
  sign: none,
  floor: none,
  exp: one(({ ops, y, dy }) => ops.mul(dy, y)),
  expm1: one(({ ops, y, dy }) => ops.mul(dy, ops.add(y, 1))),
  log: one(({ ops, x, dy }) => ops.div(dy, x)),
  log1p: one(({ ops, x, dy }) => ops.div(dy, ops.add(x, 1))),
  sqrt: one(({ ops, y, dy }) => ops.div(dy, ops.mul(y, 2))),
  tanh: one(({ ops, y, dy }) => ops.mul(dy, ops.sub(1, ops.square(y)))),
  sigmoid: one(({ ops, y, dy }) => ops.mul(dy, ops.mul(y, ops.sub(1, y)))),
  erf: one(({ ops, x, dy }) => ops.mul(dy, ops.mul(ops.exp(ops.neg(ops.square(x))), erfSlope))),
  sin: one(({ ops, x, dy }) => ops.mul(dy, ops.cos(x))),
  cos: one(({ ops, x, dy }) => ops.neg(ops.mul(dy, ops.sin(x)))),
  not: none,

  add: two(
    ({ dy }) => dy,
    ({ dy }) => dy,
  ),
  sub: two(
    ({ dy }) => dy,
    ({ ops, dy }) => ops.neg(dy),
  ),
  mul: two(
    ({ ops, z, dy }) => ops.mul(dy, z),
    ({ ops, x, dy }) => ops.mul(dy, x),
  ),
  div: two(
    ({ ops, z, dy }) => ops.div(dy, z),
    ({ ops, z, y, dy }) => ops.neg(ops.div(ops.mul(dy, y), z)),
  ),
  pow: two(powBase, powExponent),
  maximum: pick(({ ops, x, z }) => ops.lessEqual(z, x)),
  minimum: pick(({ ops, x, z }) => ops.lessEqual(x, z)),
  equal: none,
  less: none,
  lessEqual: none,
  and: none,
  or: none,
  select,

  dot,
  reshape: one(({ ops, x, dy }) => ops.reshape(dy, x.shape)),
  transpose: one(({ ops, dy, attributes }) => ops.transpose(dy, inverse(attributes.permutation))),
  broadcast: one(({ ops, dy, attributes: { shape, axes } }) => {
    const repeated = range(0, shape.length).filter((axis) => !axes.includes(axis))
    return repeated.length === 0 ? dy : ops.sum(dy, repeated)
  }),
  slice,
  pad: one(({ ops, x, dy, attributes }) => ops.slice(dy, attributes.before, x.shape)),
  concat,

  sum: one(({ ops, x, dy, attributes }) => spread(ops, dy, x.shape, attributes.axes)),
  max,
  argmax: none,

  gather: (ops, { operands, cotangent, needs: [wanted] }) => {
    const size = Number(operand(operands, 0).shape[0])
    return [wanted ? ops.scatterAdd(operand(operands, 1), cotangent, size) : undefined]
  },
  scatterAdd: (ops, { operands, cotangent, needs: [, wanted] }) => [
    undefined,
    wanted ? ops.gather(cotangent, operand(operands, 0)) : undefined,
  ],
  unfold,
  fold,

  // Each machine's loss depends on every machine's operand, so the sum runs over the machines once more.
  allReduceSum: one(({ ops, dy }) => ops.allReduceSum(dy)),
}
