/** The type of each primitive's result, from the types of its operands. One row a primitive. */
import { attributeInvalid, dtypeMismatch, shapeMismatch } from './errors.ts'
import type { Attributes, Primitive } from './primitives.ts'
import {
  addDimensions,
  checkHolds,
  checkSizes,
  checkWindows,
  dimensionOf,
  distinct,
  type Operands,
  one,
  plain,
  positionsOf,
  take,
  two,
  without,
} from './shape-checks.ts'
import {
  type DType,
  isFloat,
  isRows,
  type Shape,
  sameDimension,
  sameShape,
  symbolicSize,
  type TensorType,
} from './types.ts'

type ShapeRule<P extends Primitive> = (operands: Operands, attributes: Attributes[P]) => TensorType

const isNumeric = (dtype: DType): boolean => isFloat(dtype) || dtype === 'i32'

function unary<P extends Primitive>(
  name: P,
  accepts: (dtype: DType) => boolean,
  required: string,
): ShapeRule<P> {
  return (operands) => {
    const x = one(name, operands)
    if (!accepts(x.dtype)) throw dtypeMismatch(name, required, operands)
    return x
  }
}

function binary<P extends Primitive>(
  name: P,
  accepts: (dtype: DType) => boolean,
  required: string,
  result?: DType,
): ShapeRule<P> {
  return (operands) => {
    const [x, y] = two(name, operands)
    if (x.dtype !== y.dtype || !accepts(x.dtype))
      throw dtypeMismatch(name, `two ${required} operands`, operands)
    if (!sameShape(x.shape, y.shape))
      throw shapeMismatch(name, 'two operands of one shape', [x.shape, y.shape])
    return { dtype: result ?? x.dtype, shape: x.shape }
  }
}

const float = <P extends Primitive>(name: P): ShapeRule<P> =>
  unary(name, isFloat, 'a float operand')
const signed = <P extends Primitive>(name: P): ShapeRule<P> =>
  unary(name, isNumeric, 'a float or i32 operand')
const arithmetic = <P extends Primitive>(name: P): ShapeRule<P> =>
  binary(name, isNumeric, 'float or i32')
const comparison = <P extends Primitive>(name: P): ShapeRule<P> =>
  binary(name, () => true, 'equal', 'bool')
const logical = <P extends Primitive>(name: P): ShapeRule<P> =>
  binary(name, (d) => d === 'bool', 'bool')

const dot: ShapeRule<'dot'> = (operands, { contract, batch }) => {
  const [x, y] = two('dot', operands)
  if (x.dtype !== y.dtype || !isFloat(x.dtype))
    throw dtypeMismatch('dot', 'two float operands', operands)
  for (const [left, right] of [contract, batch]) {
    const pairs =
      left.length === right.length &&
      left.every((axis, i) => {
        const other = dimensionOf('dot', y.shape, right[i] ?? -1)
        return sameDimension(dimensionOf('dot', x.shape, axis), other)
      })
    if (!pairs) {
      throw shapeMismatch(
        'dot',
        `equal sizes along the paired axes ${JSON.stringify([left, right])}`,
        [x.shape, y.shape],
      )
    }
  }
  const used = [0, 1].map((side) => [...(contract[side] ?? []), ...(batch[side] ?? [])])
  for (const axes of used) distinct('dot', axes)
  const shared = batch[0].map((axis) => dimensionOf('dot', x.shape, axis))
  return {
    dtype: x.dtype,
    shape: [...shared, ...without(x.shape, used[0] ?? []), ...without(y.shape, used[1] ?? [])],
  }
}

const concat: ShapeRule<'concat'> = (operands, { axis }) => {
  const [first, ...rest] = operands
  if (first === undefined) throw attributeInvalid('concat', 'at least one operand', 0)
  let along = dimensionOf('concat', first.shape, axis)
  for (const next of rest) {
    if (next.dtype !== first.dtype) throw dtypeMismatch('concat', 'operands of one dtype', operands)
    const fits =
      next.shape.length === first.shape.length &&
      next.shape.every((d, i) => i === axis || sameDimension(d, first.shape[i] ?? -1))
    if (!fits)
      throw shapeMismatch(
        'concat',
        `equal sizes except along axis ${axis}`,
        operands.map((o) => o.shape),
      )
    along = addDimensions('concat', along, dimensionOf('concat', next.shape, axis))
  }
  return { dtype: first.dtype, shape: first.shape.map((d, i) => (i === axis ? along : d)) }
}

const slice: ShapeRule<'slice'> = (operands, { start, size }) => {
  const x = one('slice', operands)
  if (start.length !== x.shape.length || size.length !== x.shape.length) {
    throw attributeInvalid('slice', `a start and a size for each of ${x.shape.length} axes`, {
      start,
      size,
    })
  }
  checkSizes('slice', start)
  checkSizes('slice', size)
  x.shape.forEach((dimension, axis) => {
    const end = addDimensions('slice', start[axis] ?? 0, size[axis] ?? 0)
    const inside = isRows(end) === isRows(dimension) || end === 0
    const [reach, limit] = [end, dimension].map((d) => (isRows(d) ? d.rows : d))
    if (!inside || (reach ?? 0) > (limit ?? 0)) {
      throw shapeMismatch('slice', `a part inside axis ${axis}`, [x.shape, start, size])
    }
  })
  return { dtype: x.dtype, shape: size }
}

const pad: ShapeRule<'pad'> = (operands, { before, after, value }) => {
  const x = one('pad', operands)
  checkHolds('pad', x.dtype, value)
  if (before.length !== x.shape.length || after.length !== x.shape.length) {
    throw attributeInvalid('pad', `a number before and after each of ${x.shape.length} axes`, {
      before,
      after,
    })
  }
  checkSizes('pad', before)
  checkSizes('pad', after)
  const shape = x.shape.map((d, i) =>
    addDimensions('pad', addDimensions('pad', before[i] ?? 0, d), after[i] ?? 0),
  )
  return { dtype: x.dtype, shape }
}

const reshape: ShapeRule<'reshape'> = (operands, { shape }) => {
  const x = one('reshape', operands)
  checkSizes('reshape', shape)
  const [from, to] = [symbolicSize(x.shape), symbolicSize(shape)]
  if (from.coefficient !== to.coefficient || from.degree !== to.degree) {
    throw shapeMismatch('reshape', 'as many elements as it has', [x.shape, shape])
  }
  return { dtype: x.dtype, shape }
}

const transpose: ShapeRule<'transpose'> = (operands, { permutation }) => {
  const x = one('transpose', operands)
  distinct('transpose', permutation)
  if (permutation.length !== x.shape.length)
    throw attributeInvalid('transpose', 'every axis once', permutation)
  return {
    dtype: x.dtype,
    shape: permutation.map((axis) => dimensionOf('transpose', x.shape, axis)),
  }
}

const broadcast: ShapeRule<'broadcast'> = (operands, { shape, axes }) => {
  const x = one('broadcast', operands)
  checkSizes('broadcast', shape)
  const fits =
    axes.length === x.shape.length &&
    axes.every((axis, i) => i === 0 || axis > (axes[i - 1] ?? 0)) &&
    axes.every((axis, i) => sameDimension(dimensionOf('broadcast', shape, axis), x.shape[i] ?? -1))
  if (!fits)
    throw shapeMismatch('broadcast', `equal sizes at the axes ${JSON.stringify(axes)}`, [
      x.shape,
      shape,
    ])
  return { dtype: x.dtype, shape }
}

const gather: ShapeRule<'gather'> = (operands) => {
  const [table, indices] = two('gather', operands)
  if (indices.dtype !== 'i32')
    throw dtypeMismatch('gather', 'i32 indices as second operand', operands)
  plain('gather', dimensionOf('gather', table.shape, 0))
  return { dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] }
}

const scatterAdd: ShapeRule<'scatterAdd'> = (operands, { size }) => {
  const [indices, updates] = two('scatterAdd', operands)
  if (indices.dtype !== 'i32' || !isFloat(updates.dtype)) {
    throw dtypeMismatch('scatterAdd', 'i32 indices and float updates', operands)
  }
  checkSizes('scatterAdd', [size])
  const lead = updates.shape.slice(0, indices.shape.length)
  if (!sameShape(lead, indices.shape)) {
    throw shapeMismatch(
      'scatterAdd',
      'updates that begin with the shape of the indices',
      operands.map((o) => o.shape),
    )
  }
  return { dtype: updates.dtype, shape: [size, ...updates.shape.slice(lead.length)] }
}

const unfold: ShapeRule<'unfold'> = (operands, attributes) => {
  const x = one('unfold', operands)
  checkWindows('unfold', attributes)
  const sizes = attributes.axes.map((axis) => plain('unfold', dimensionOf('unfold', x.shape, axis)))
  const first = attributes.axes[0] ?? 0
  const rest = x.shape.slice(first + sizes.length)
  const positions = positionsOf(attributes, sizes)
  return {
    dtype: x.dtype,
    shape: [...x.shape.slice(0, first), ...positions, ...attributes.windows, ...rest],
  }
}

const fold: ShapeRule<'fold'> = (operands, attributes) => {
  const x = one('fold', operands)
  checkWindows('fold', attributes)
  if (!isFloat(x.dtype)) throw dtypeMismatch('fold', 'a float operand', operands)
  const { axes, sizes, windows } = attributes
  checkSizes('fold', sizes)
  const first = axes[0] ?? 0
  const middle = [...positionsOf(attributes, sizes), ...windows]
  if (
    sizes.length !== axes.length ||
    !sameShape(x.shape.slice(first, first + middle.length), middle)
  ) {
    throw shapeMismatch('fold', 'positions and windows of the axes it folds', [x.shape, middle])
  }
  return {
    dtype: x.dtype,
    shape: [...x.shape.slice(0, first), ...sizes, ...x.shape.slice(first + middle.length)],
  }
}

const select: ShapeRule<'select'> = (operands) => {
  const [condition, x, y] = take<[TensorType, TensorType, TensorType]>('select', operands, 3)
  if (condition.dtype !== 'bool' || x.dtype !== y.dtype) {
    throw dtypeMismatch('select', 'a bool condition and two values of one dtype', operands)
  }
  if (!sameShape(condition.shape, x.shape) || !sameShape(x.shape, y.shape)) {
    throw shapeMismatch(
      'select',
      'three operands of one shape',
      operands.map((o) => o.shape),
    )
  }
  return x
}

const random: ShapeRule<'random'> = (operands, { shape }) => {
  const types: Operands = take('random', operands, 3)
  const required: Shape[] = [[], [2], []] // seed, step, first row
  if (types.some((type, i) => type.dtype !== 'i32' || !sameShape(type.shape, required[i] ?? []))) {
    throw dtypeMismatch('random', 'i32 seed [], step [2] and first row []', operands)
  }
  checkSizes('random', shape)
  return { dtype: 'i32', shape }
}

const constant: ShapeRule<'constant'> = (operands, { dtype, shape, value }) => {
  take('constant', operands, 0)
  checkSizes('constant', shape)
  checkHolds('constant', dtype, value)
  if (typeof value !== 'number') {
    const { coefficient, degree } = symbolicSize(shape)
    if (degree > 0 || coefficient !== value.length) {
      throw attributeInvalid('constant', 'one number an element and no symbolic size', {
        shape,
        length: value.length,
      })
    }
  }
  return { dtype, shape }
}

/**
 * The rules. `input` and `state` have none: their type is declared by the program.
 */
export const shapeRules: { readonly [P in Exclude<Primitive, 'input' | 'state'>]: ShapeRule<P> } = {
  constant,
  iota: (operands, { dtype, shape, axis }) => {
    take('iota', operands, 0)
    if (!isNumeric(dtype)) throw attributeInvalid('iota', 'a float dtype or i32', dtype)
    checkSizes('iota', shape)
    dimensionOf('iota', shape, axis)
    return { dtype, shape }
  },
  random,
  cast: (operands, { dtype }) => ({ dtype, shape: one('cast', operands).shape }),
  neg: signed('neg'),
  abs: signed('abs'),
  sign: signed('sign'),
  floor: float('floor'),
  exp: float('exp'),
  expm1: float('expm1'),
  log: float('log'),
  log1p: float('log1p'),
  sqrt: float('sqrt'),
  tanh: float('tanh'),
  sigmoid: float('sigmoid'),
  erf: float('erf'),
  sin: float('sin'),
  cos: float('cos'),
  not: unary('not', (dtype) => dtype === 'bool', 'a bool operand'),
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: binary('div', isFloat, 'float'),
  pow: binary('pow', isFloat, 'float'),
  maximum: arithmetic('maximum'),
  minimum: arithmetic('minimum'),
  equal: comparison('equal'),
  less: comparison('less'),
  lessEqual: comparison('lessEqual'),
  and: logical('and'),
  or: logical('or'),
  select,
  dot,
  reshape,
  transpose,
  broadcast,
  slice,
  pad,
  concat,
  sum: (operands, { axes }) => {
    const x = one('sum', operands)
    if (!isNumeric(x.dtype)) throw dtypeMismatch('sum', 'a float or i32 operand', operands)
    distinct('sum', axes)
    for (const axis of axes) dimensionOf('sum', x.shape, axis)
    return { dtype: x.dtype, shape: without(x.shape, axes) }
  },
  max: (operands, { axis }) => {
    const x = one('max', operands)
    if (!isNumeric(x.dtype)) throw dtypeMismatch('max', 'a float or i32 operand', operands)
    dimensionOf('max', x.shape, axis)
    return { dtype: x.dtype, shape: without(x.shape, [axis]) }
  },
  argmax: (operands, { axis }) => {
    const x = one('argmax', operands)
    dimensionOf('argmax', x.shape, axis)
    return { dtype: 'i32', shape: without(x.shape, [axis]) }
  },
  gather,
  scatterAdd,
  unfold,
  fold,
  allReduceSum: float('allReduceSum'),
}

/** The type of a primitive's result; throws a `ProgramError` where the operands do not fit. */
export function inferType<P extends Exclude<Primitive, 'input' | 'state'>>(
  primitive: P,
  operands: Operands,
  attributes: Attributes[P],
): TensorType {
  const rule: ShapeRule<P> = shapeRules[primitive]
  return rule(operands, attributes)
}
