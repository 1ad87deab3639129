/**
 * Operations that keep every value of their operand, to the bit. Left out are those that keep only most: x + 0 makes 0
 * of −0, x · 0 is NaN where x is infinite, and a sum over repeated values rounds where a product does not.
 */
import type { Attributes, Primitive } from '../primitives.ts'
import type { Instruction } from '../program.ts'
import type { Tensor, Trace } from '../trace.ts'
import { type DType, isFloat, sameShape, type TensorType } from '../types.ts'
import { constantOf, producerOf } from './rewrite.ts'

interface Simplified<P extends Primitive> {
  readonly x: Tensor
  /** The second operand; `x` again where there is none. */
  readonly z: Tensor
  readonly operands: readonly Tensor[]
  readonly attributes: Attributes[P]
  readonly type: TensorType
  readonly trace: Trace
}
type Identity<P extends Primitive> = (instruction: Simplified<P>) => Tensor | undefined

/** A tensor that always equals the instruction's result and costs less, if there is one. */
export function simplify(
  { primitive, attributes, type }: Instruction,
  operands: readonly Tensor[],
  trace: Trace,
): Tensor | undefined {
  const [x, z = x] = operands
  if (x === undefined || z === undefined) return undefined
  return applyIdentity(primitive, { x, z, operands, attributes, type, trace })
}

function applyIdentity<P extends Primitive>(
  primitive: P,
  instruction: Simplified<P>,
): Tensor | undefined {
  const identity: Identity<P> | undefined = identities[primitive]
  return identity?.(instruction)
}

/** Whether every element is `number`; 0 and −0 are different where they are floats. */
function isAll(tensor: Tensor, number: number): boolean {
  const value = constantOf(tensor)?.value
  return isFloat(tensor.dtype) ? Object.is(value, number) : value === number
}

/** The operand of `tensor`, where it comes from `primitive`. */
function under(tensor: Tensor, primitive: Primitive): Tensor | undefined {
  const operand = producerOf(tensor, primitive)?.operands[0]
  return operand === undefined ? undefined : tensor.trace.tensor(operand)
}

const isNothing = (sizes: readonly unknown[]): boolean => sizes.every((size) => size === 0)

/** The dtypes that can hold every value of a dtype. */
const wider: Readonly<Record<DType, readonly DType[]>> = {
  f64: ['f64'],
  f32: ['f32', 'f64'],
  i32: ['i32', 'f64'],
  u8: ['u8', 'i32', 'f32', 'f64'],
  bool: ['bool', 'u8', 'i32', 'f32', 'f64'],
}

/** A cast to its own dtype, and a cast by way of a dtype that loses nothing. */
const cast: Identity<'cast'> = ({ x, attributes: { dtype }, trace }) => {
  const inner = under(x, 'cast')
  const source = inner !== undefined && wider[inner.dtype].includes(x.dtype) ? inner : x
  if (source.dtype === dtype) return source
  return source === x ? undefined : trace.emit('cast', [source], { dtype })
}

const select: Identity<'select'> = ({ x: condition, operands: [, x, z] }) => {
  if (isAll(condition, 1)) return x
  if (isAll(condition, 0)) return z
  return x?.id === z?.id ? x : undefined
}

const reshape: Identity<'reshape'> = ({ x, attributes: { shape }, trace }) => {
  const inner = under(x, 'reshape')
  const source = inner ?? x
  if (sameShape(source.shape, shape)) return source
  return inner === undefined ? undefined : trace.emit('reshape', [inner], { shape })
}

const transpose: Identity<'transpose'> = ({ x, attributes, trace }) => {
  const first = producerOf(x, 'transpose')?.attributes.permutation
  const inner = under(x, 'transpose')
  const permutation = attributes.permutation.map((axis) => first?.[axis] ?? axis)
  if (permutation.every((axis, i) => axis === i)) return inner ?? x
  return inner === undefined ? undefined : trace.emit('transpose', [inner], { permutation })
}

const broadcast: Identity<'broadcast'> = ({ x, attributes: { shape, axes }, trace }) => {
  if (sameShape(x.shape, shape)) return x
  const first = producerOf(x, 'broadcast')?.attributes.axes
  const inner = under(x, 'broadcast')
  if (inner === undefined || first === undefined) return undefined
  return trace.emit('broadcast', [inner], { shape, axes: first.map((axis) => axes[axis] ?? axis) })
}

const identities: { readonly [P in Primitive]?: Identity<P> } = {
  cast,
  neg: ({ x }) => under(x, 'neg'),
  not: ({ x }) => under(x, 'not'),
  abs: ({ x, trace }) => {
    if (producerOf(x, 'abs') !== undefined) return x
    const inner = under(x, 'neg')
    return inner === undefined ? undefined : trace.emit('abs', [inner], {})
  },
  add: ({ x, z }) => (isAll(z, -0) ? x : isAll(x, -0) ? z : undefined),
  sub: ({ x, z }) => (isAll(z, 0) ? x : undefined),
  mul: ({ x, z }) => (isAll(z, 1) ? x : isAll(x, 1) ? z : undefined),
  div: ({ x, z }) => (isAll(z, 1) ? x : undefined),
  select,
  reshape,
  transpose,
  broadcast,
  slice: ({ x, attributes: { start }, type }) =>
    isNothing(start) && sameShape(x.shape, type.shape) ? x : undefined,
  pad: ({ x, attributes: { before, after } }) => (isNothing([...before, ...after]) ? x : undefined),
  concat: ({ x, operands }) => (operands.length === 1 ? x : undefined),
}
