/**
 * Which elements of its operands an element of each primitive's result is made of. One row a primitive. With it an element
 * is followed back through any equation, computed again, and written out with its numbers.
 */
import {
  type Attributes,
  type Dimension,
  dimensionAt,
  type Instruction,
  type Primitive,
  shapeAt,
} from '@chainrule/program'

/** An element of an operand. */
export interface Element {
  /** Which operand, from 0. */
  readonly operand: number
  readonly index: readonly number[]
}

/** What one element of a result is. */
export type Terms =
  /** A number that no operand is read for. */
  | { readonly kind: 'number'; readonly value: number }
  /** An element as it is. */
  | { readonly kind: 'same'; readonly element: Element }
  /** The primitive's function of an element of each operand. */
  | { readonly kind: 'apply'; readonly elements: readonly Element[] }
  /** Σ of products. */
  | { readonly kind: 'sum'; readonly products: readonly (readonly Element[])[] }
  /** The greatest of them, or its place. */
  | { readonly kind: 'max' | 'argmax'; readonly elements: readonly Element[] }

/** What a rule may ask beside the instruction and the index. */
export interface Around {
  readonly rows: number
  /** The plain shape of an operand. */
  shape(operand: number): readonly number[]
  /** The value of an operand's element, for indices that are data. */
  value(element: Element): number
}

type Rule<P extends Primitive> = (
  instruction: Instruction<P>,
  index: readonly number[],
  around: Around,
) => Terms

const at = (operand: number, index: readonly number[]): Element => ({ operand, index })
const same = (index: readonly number[], operand = 0): Terms => ({
  kind: 'same',
  element: at(operand, index),
})
const apply: Rule<Primitive> = ({ operands }, index) => ({
  kind: 'apply',
  elements: operands.map((_, operand) => at(operand, index)),
})
const unknown: Rule<Primitive> = ({ primitive }) => {
  throw new Error(`internal: an element of \`${primitive}\` is known by its symbol alone`)
}

/** Every index of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  )
}

export function flatten(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * (shape[axis] ?? 1) + i, 0)
}

export function unflatten(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length).fill(0)
  let rest = flat
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1
    index[axis] = rest % size
    rest = Math.floor(rest / size)
  }
  return index
}

const plain = (size: Dimension | undefined, rows: number): number => dimensionAt(size ?? 0, rows)

const dot: Rule<'dot'> = ({ attributes: { contract, batch } }, index, { shape }) => {
  const [left, right] = [shape(0), shape(1)]
  const isFree = (side: 0 | 1) => (_: number, axis: number) =>
    !contract[side].includes(axis) && !batch[side].includes(axis)
  const freeLeft = left.filter(isFree(0)).length
  const place = (side: 0 | 1, sizes: readonly number[], met: readonly number[]): number[] => {
    let free = batch[0].length + (side === 1 ? freeLeft : 0)
    return sizes.map((_, axis) => {
      const shared = batch[side].indexOf(axis)
      if (shared >= 0) return index[shared] ?? 0
      const along = contract[side].indexOf(axis)
      return along >= 0 ? (met[along] ?? 0) : (index[free++] ?? 0)
    })
  }
  const sizes = contract[0].map((axis) => left[axis] ?? 1)
  return {
    kind: 'sum',
    products: indicesOf(sizes).map((met) => [
      at(0, place(0, left, met)),
      at(1, place(1, right, met)),
    ]),
  }
}

/** An index with others put in at some axes. */
function inserted(
  index: readonly number[],
  axes: readonly number[],
  values: readonly number[],
): number[] {
  const rank = index.length + axes.length
  let next = 0
  return Array.from({ length: rank }, (_, axis) => {
    const given = axes.indexOf(axis)
    return given >= 0 ? (values[given] ?? 0) : (index[next++] ?? 0)
  })
}

function along(index: readonly number[], axis: number, size: number): Element[] {
  return Array.from({ length: size }, (_, i) => at(0, inserted(index, [axis], [i])))
}

const pad: Rule<'pad'> = ({ attributes: { before, value } }, index, { rows, shape }) => {
  const inner = index.map((i, axis) => i - plain(before[axis], rows))
  const isInside = inner.every((i, axis) => i >= 0 && i < (shape(0)[axis] ?? 0))
  return isInside ? same(inner) : { kind: 'number', value }
}

const concat: Rule<'concat'> = ({ attributes: { axis }, operands }, index, { shape }) => {
  let offset = index[axis] ?? 0
  for (const operand of operands.keys()) {
    const size = shape(operand)[axis] ?? 0
    if (offset < size) return same(index.with(axis, offset), operand)
    offset -= size
  }
  throw new Error('internal: an index outside of a concat')
}

const gather: Rule<'gather'> = (_, index, { shape, value }) => {
  const lead = shape(1).length
  const row = value(at(1, index.slice(0, lead)))
  const isInside = row >= 0 && row < (shape(0)[0] ?? 0)
  return isInside ? same([row, ...index.slice(lead)]) : { kind: 'number', value: 0 }
}

const scatterAdd: Rule<'scatterAdd'> = (_, [row = 0, ...rest], { shape, value }) => ({
  kind: 'sum',
  products: indicesOf(shape(0))
    .filter((lead) => value(at(0, lead)) === row)
    .map((lead) => [at(1, [...lead, ...rest])]),
})

const windowed = (
  { axes, strides, dilations }: Attributes['unfold'],
  position: readonly number[],
  within: readonly number[],
): number[] =>
  axes.map(
    (_, i) => (position[i] ?? 0) * (strides[i] ?? 1) + (within[i] ?? 0) * (dilations[i] ?? 1),
  )

const unfold: Rule<'unfold'> = ({ attributes }, index) => {
  const { axes } = attributes
  const [first = 0, count] = [axes[0], axes.length]
  const position = index.slice(first, first + count)
  const within = index.slice(first + count, first + 2 * count)
  const rest = index.slice(first + 2 * count)
  return same([...index.slice(0, first), ...windowed(attributes, position, within), ...rest])
}

const fold: Rule<'fold'> = ({ attributes }, index, { shape }) => {
  const { axes } = attributes
  const [first = 0, count] = [axes[0], axes.length]
  const sizes = shape(0).slice(first, first + 2 * count)
  const wanted = String(index.slice(first, first + count))
  const hits = indicesOf(sizes).filter(
    (both) => String(windowed(attributes, both.slice(0, count), both.slice(count))) === wanted,
  )
  const rest = index.slice(first + count)
  return {
    kind: 'sum',
    products: hits.map((both) => [at(0, [...index.slice(0, first), ...both, ...rest])]),
  }
}

const rules: { readonly [P in Primitive]: Rule<P> } = {
  constant: ({ attributes: { value }, type }, index, { rows }) => ({
    kind: 'number',
    value:
      typeof value === 'number' ? value : (value[flatten(index, shapeAt(type.shape, rows))] ?? 0),
  }),
  input: unknown,
  state: unknown,
  random: unknown,
  iota: ({ attributes: { axis } }, index) => ({ kind: 'number', value: index[axis] ?? 0 }),
  cast: apply,
  neg: apply,
  abs: apply,
  sign: apply,
  floor: apply,
  exp: apply,
  expm1: apply,
  log: apply,
  log1p: apply,
  sqrt: apply,
  tanh: apply,
  sigmoid: apply,
  erf: apply,
  sin: apply,
  cos: apply,
  not: apply,
  add: apply,
  sub: apply,
  mul: apply,
  div: apply,
  pow: apply,
  maximum: apply,
  minimum: apply,
  equal: apply,
  less: apply,
  lessEqual: apply,
  and: apply,
  or: apply,
  select: apply,
  dot,
  reshape: ({ type }, index, { rows, shape }) =>
    same(unflatten(flatten(index, shapeAt(type.shape, rows)), shape(0))),
  transpose: ({ attributes: { permutation } }, index) =>
    same(permutation.map((_, axis) => index[permutation.indexOf(axis)] ?? 0)),
  broadcast: ({ attributes: { axes } }, index) => same(axes.map((axis) => index[axis] ?? 0)),
  slice: ({ attributes: { start } }, index, { rows }) =>
    same(index.map((i, axis) => i + plain(start[axis], rows))),
  pad,
  concat,
  sum: ({ attributes: { axes } }, index, { shape }) => ({
    kind: 'sum',
    products: indicesOf(axes.map((axis) => shape(0)[axis] ?? 1)).map((met) => [
      at(0, inserted(index, axes, met)),
    ]),
  }),
  max: ({ attributes: { axis } }, index, { shape }) => ({
    kind: 'max',
    elements: along(index, axis, shape(0)[axis] ?? 1),
  }),
  argmax: ({ attributes: { axis } }, index, { shape }) => ({
    kind: 'argmax',
    elements: along(index, axis, shape(0)[axis] ?? 1),
  }),
  gather,
  scatterAdd,
  unfold,
  fold,
  allReduceSum: (_, index) => same(index),
}

/** What one element of an instruction's result is made of. */
export function termsOf<P extends Primitive>(
  instruction: Instruction<P>,
  index: readonly number[],
  around: Around,
): Terms {
  const rule = rules[instruction.primitive] as Rule<P>
  return rule(instruction, index, around)
}
