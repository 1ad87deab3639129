/**
 * `ops`, the vocabulary in which layers, losses, optimizers and metrics are written: the primitives as functions of
 * tensors, plain numbers allowed beside a tensor, and shapes aligned from the right with every repetition recorded as
 * a `broadcast` of its own.
 */
import { attributeInvalid, shapeMismatch } from './errors.ts'
import type {
  BinaryPrimitive,
  ComparisonPrimitive,
  DotAttributes,
  UnaryPrimitive,
  WindowAttributes,
} from './primitives.ts'
import { Tensor, type Trace } from './trace.ts'
import {
  type Dimension,
  type DType,
  isRows,
  type Shape,
  sameDimension,
  sameShape,
  symbolicSize,
} from './types.ts'

/** A tensor, or a number that becomes a constant of the other operand's type. */
export type Operand = Tensor | number

type Elementwise = { readonly [P in UnaryPrimitive]: (x: Tensor) => Tensor } & {
  readonly [P in BinaryPrimitive | ComparisonPrimitive]: (x: Operand, y: Operand) => Tensor
}

/** One axis, several, or (left out) all; negative ones count from the end. */
export type Axes = number | readonly number[]

/** The vocabulary of traced computations: each call records in the trace what it computes. */
export interface Ops extends Elementwise {
  readonly trace: Trace
  /** The same number everywhere, or one an element. */
  constant(value: number | readonly number[], type?: { shape?: Shape; dtype?: DType }): Tensor
  /** The index along `axis`. */
  iota(shape: Shape, axis: number, dtype?: DType): Tensor
  cast(x: Tensor, dtype: DType): Tensor
  not(x: Tensor): Tensor
  and(x: Tensor, y: Tensor): Tensor
  or(x: Tensor, y: Tensor): Tensor
  /** `x` where the condition holds, else `y`. */
  select(condition: Tensor, x: Operand, y: Operand): Tensor
  notEqual(x: Operand, y: Operand): Tensor
  greater(x: Operand, y: Operand): Tensor
  greaterEqual(x: Operand, y: Operand): Tensor
  square(x: Tensor): Tensor
  /** `x` kept between `low` and `high`. */
  clamp(x: Tensor, low: number, high: number): Tensor
  dot(x: Tensor, y: Tensor, attributes: Partial<DotAttributes>): Tensor
  reshape(x: Tensor, shape: Shape): Tensor
  transpose(x: Tensor, permutation: readonly number[]): Tensor
  /** Repeats `x` to `shape`: axes are aligned from the right, sizes of 1 are repeated. */
  broadcastTo(x: Tensor, shape: Shape): Tensor
  slice(x: Tensor, start: readonly Dimension[], size: readonly Dimension[]): Tensor
  pad(x: Tensor, before: readonly Dimension[], after: readonly Dimension[], value?: number): Tensor
  concat(tensors: readonly Tensor[], axis: number): Tensor
  sum(x: Tensor, axes?: Axes, options?: { keep?: boolean }): Tensor
  /** Over a plain size only: a mean over rows is a sum and a weight. */
  mean(x: Tensor, axes: Axes, options?: { keep?: boolean }): Tensor
  max(x: Tensor, axis: number, options?: { keep?: boolean }): Tensor
  argmax(x: Tensor, axis: number): Tensor
  /** Rows of `table` at `indices`. */
  gather(table: Tensor, indices: Tensor): Tensor
  scatterAdd(indices: Tensor, updates: Tensor, size: number): Tensor
  unfold(x: Tensor, windows: WindowAttributes): Tensor
  fold(x: Tensor, windows: WindowAttributes & { readonly sizes: readonly number[] }): Tensor
  /** 1 at the index along a new last axis of size `classes`, 0 elsewhere. */
  oneHot(indices: Tensor, classes: number): Tensor
  /** Integers in [0, 2^24) from (seed, site) at (step, row, element). */
  random(
    seed: Tensor,
    step: Tensor,
    firstRow: Tensor,
    attributes: { site: number; shape: Shape },
  ): Tensor
  allReduceSum(x: Tensor): Tensor
}

const unaryNames = [
  'neg',
  'abs',
  'sign',
  'floor',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'tanh',
  'sigmoid',
  'erf',
  'sin',
  'cos',
] as const satisfies readonly UnaryPrimitive[]

const binaryNames = [
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'maximum',
  'minimum',
  'equal',
  'less',
  'lessEqual',
] as const satisfies readonly (BinaryPrimitive | ComparisonPrimitive)[]

/** The shape that both fit after repeating sizes of 1 and missing leading axes. */
export function broadcastShape(a: Shape, b: Shape, operation: string): Shape {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }, (_, i) => {
    const x = a[a.length - length + i] ?? 1
    const y = b[b.length - length + i] ?? 1
    if (sameDimension(x, y) || y === 1) return x
    if (x === 1) return y
    throw shapeMismatch(operation, 'shapes that agree from the right, or are 1', [a, b])
  })
}

/** Axes as numbers from 0, in order. */
function normalise(operation: string, axes: Axes | undefined, rank: number): number[] {
  const list =
    axes === undefined
      ? Array.from({ length: rank }, (_, i) => i)
      : typeof axes === 'number'
        ? [axes]
        : axes
  const positive = list.map((axis) => (axis < 0 ? axis + rank : axis))
  if (positive.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= rank)) {
    throw attributeInvalid(operation, `axes from ${-rank} to ${rank - 1}`, axes)
  }
  return positive.sort((a, b) => a - b)
}

/** The vocabulary for one trace. */
export function createOps(trace: Trace): Ops {
  const constant: Ops['constant'] = (value, { shape, dtype = trace.float } = {}) => {
    const inferred = typeof value === 'number' ? [] : [value.length]
    return trace.emit('constant', [], { dtype, shape: shape ?? inferred, value })
  }
  const reshape: Ops['reshape'] = (x, shape) =>
    sameShape(x.shape, shape) ? x : trace.emit('reshape', [x], { shape })

  const broadcastTo: Ops['broadcastTo'] = (x, shape) => {
    if (sameShape(x.shape, shape)) return x
    const offset = shape.length - x.shape.length
    const kept = x.shape.flatMap((dimension, i) =>
      dimension === 1 && !sameDimension(shape[offset + i] ?? -1, 1) ? [] : [i],
    )
    const dense = reshape(
      x,
      kept.map((i) => x.shape[i] ?? 1),
    )
    return trace.emit('broadcast', [dense], { shape, axes: kept.map((i) => i + offset) })
  }

  /** Numbers become constants of the tensors' dtype, and all take one shape. */
  const align = (operation: string, operands: readonly Operand[]): Tensor[] => {
    const tensors = operands.filter((operand) => operand instanceof Tensor)
    const dtype = tensors[0]?.dtype ?? trace.float
    const shape = tensors.reduce<Shape>(
      (all, { shape }) => broadcastShape(all, shape, operation),
      [],
    )
    return operands.map((operand) =>
      operand instanceof Tensor ? broadcastTo(operand, shape) : constant(operand, { dtype, shape }),
    )
  }
  const pair = (operation: BinaryPrimitive | ComparisonPrimitive, x: Operand, y: Operand): Tensor =>
    trace.emit(operation, align(operation, [x, y]), {})

  const keepAxes = (
    x: Tensor,
    reduced: Tensor,
    axes: readonly number[],
    keep: boolean | undefined,
  ): Tensor =>
    keep
      ? reshape(
          reduced,
          x.shape.map((d, axis) => (axes.includes(axis) ? 1 : d)),
        )
      : reduced

  const sum: Ops['sum'] = (x, axes, { keep } = {}) => {
    const list = normalise('sum', axes, x.shape.length)
    return keepAxes(x, trace.emit('sum', [x], { axes: list }), list, keep)
  }
  const unary = Object.fromEntries(
    unaryNames.map((name) => [name, (x: Tensor) => trace.emit(name, [x], {})]),
  ) as { [P in UnaryPrimitive]: (x: Tensor) => Tensor }
  const binary = Object.fromEntries(
    binaryNames.map((name) => [name, (x: Operand, y: Operand) => pair(name, x, y)]),
  ) as { [P in BinaryPrimitive | ComparisonPrimitive]: (x: Operand, y: Operand) => Tensor }

  return {
    trace,
    ...unary,
    ...binary,
    constant,
    reshape,
    broadcastTo,
    sum,
    iota: (shape, axis, dtype = 'i32') => trace.emit('iota', [], { shape, axis, dtype }),
    cast: (x, dtype) => (x.dtype === dtype ? x : trace.emit('cast', [x], { dtype })),
    not: (x) => trace.emit('not', [x], {}),
    and: (x, y) => trace.emit('and', align('and', [x, y]), {}),
    or: (x, y) => trace.emit('or', align('or', [x, y]), {}),
    select: (condition, x, y) => {
      const values = align('select', [x, y])
      const shape = values.reduce<Shape>(
        (all, v) => broadcastShape(all, v.shape, 'select'),
        condition.shape,
      )
      return trace.emit(
        'select',
        [condition, ...values].map((v) => broadcastTo(v, shape)),
        {},
      )
    },
    notEqual: (x, y) => trace.emit('not', [pair('equal', x, y)], {}),
    greater: (x, y) => pair('less', y, x),
    greaterEqual: (x, y) => pair('lessEqual', y, x),
    square: (x) => trace.emit('mul', [x, x], {}),
    clamp: (x, low, high) => pair('minimum', pair('maximum', x, low), high),
    dot: (x, y, { contract = [[], []], batch = [[], []] }) =>
      trace.emit('dot', [x, y], { contract, batch }),
    transpose: (x, permutation) => trace.emit('transpose', [x], { permutation }),
    slice: (x, start, size) => trace.emit('slice', [x], { start, size }),
    pad: (x, before, after, value = 0) => trace.emit('pad', [x], { before, after, value }),
    concat: (tensors, axis) => {
      const [along = 0] = normalise('concat', axis, tensors[0]?.shape.length ?? 0)
      return trace.emit('concat', tensors, { axis: along })
    },
    mean: (x, axes, options) => {
      const list = normalise('mean', axes, x.shape.length)
      const sizes = list.map((axis) => x.shape[axis] ?? 1)
      if (sizes.some(isRows))
        throw shapeMismatch('mean', 'axes of plain size (over rows: a sum and a weight)', [x.shape])
      return pair('mul', sum(x, list, options), 1 / symbolicSize(sizes).coefficient)
    },
    max: (x, axis, { keep } = {}) => {
      const list = normalise('max', axis, x.shape.length)
      return keepAxes(x, trace.emit('max', [x], { axis: list[0] ?? 0 }), list, keep)
    },
    argmax: (x, axis) =>
      trace.emit('argmax', [x], { axis: normalise('argmax', axis, x.shape.length)[0] ?? 0 }),
    gather: (table, indices) => trace.emit('gather', [table, indices], {}),
    scatterAdd: (indices, updates, size) => trace.emit('scatterAdd', [indices, updates], { size }),
    unfold: (x, windows) => trace.emit('unfold', [x], windows),
    fold: (x, windows) => trace.emit('fold', [x], windows),
    oneHot: (indices, classes) => {
      const shape = [...indices.shape, classes]
      const column = trace.emit('iota', [], { shape, axis: shape.length - 1, dtype: 'i32' })
      const spread = trace.emit('broadcast', [indices], {
        shape,
        axes: indices.shape.map((_, i) => i),
      })
      return trace.emit('cast', [pair('equal', column, spread)], { dtype: trace.float })
    },
    random: (seed, step, firstRow, attributes) =>
      trace.emit('random', [seed, step, firstRow], attributes),
    allReduceSum: (x) => trace.emit('allReduceSum', [x], {}),
  }
}
