/**
 * For each primitive, how its result comes about: either it is found (a source, or a view of an operand) or a step is
 * added that computes it. A primitive without a row here does not compile.
 */
import {
  castRule,
  type DType,
  denseView,
  fillDraws,
  type Instruction,
  type Primitive,
  shapeAt,
  sizeAt,
  uniformStep,
  type Values,
  type View,
  viewOf,
  viewRules,
  viewSize,
} from '@chainrule/program'
import { type BinaryKernel, binaryKernels, integerBinaryKernels, select } from './kernels/binary.ts'
import { type Factor, product } from './kernels/dot.ts'
import { addInto, gather, scatterAdd } from './kernels/move.ts'
import { argmax, max, sum } from './kernels/reduce.ts'
import {
  castKernels,
  integerUnaryKernels,
  not,
  type UnaryKernel,
  unaryKernels,
} from './kernels/unary.ts'
import type { Located, Memory } from './memory.ts'
import { placesOf, selectAxes, type Walk, walkOf } from './walk.ts'

export type Step = () => void

/** An operand that a loop walks with one step. */
export interface Uniform {
  readonly values: Values
  readonly step: number
}

/** What an emitter may ask of the plan in the making, for the instruction at hand. Operands are counted from 0. */
export interface Site {
  readonly rows: number
  readonly memory: Memory
  add(step: Step): void
  operand(index: number): Located
  /** The operand walked with one step, moved together first where it is not. */
  uniform(index: number): Uniform
  /** The operand's elements next to each other, moved together first where they are not. */
  dense(index: number): Values
  /** The operand's elements in the order of a permutation of its axes. */
  rearranged(index: number, permutation: readonly number[]): Located
  /** Room for the result. */
  result(): Located
  /** Room that this instruction alone uses, as large as its result. */
  sums(): Float64Array
  source(kind: 'input' | 'state', name: string): Located
  /** Adds the step that copies elements between places of one shape. */
  copy(to: Located, from: Located): void
}

type Emitter<P extends Primitive> = (site: Site, instruction: Instruction<P>) => Located

const unary =
  (kernel: UnaryKernel, integer: UnaryKernel = kernel) =>
  (site: Site, { type }: Instruction): Located => {
    const { values: x, step } = site.uniform(0)
    const out = site.result()
    const { values } = out.storage
    const run = type.dtype === 'i32' ? integer : kernel
    site.add(() => run(values, x, values.length, step))
    return out
  }

const binary =
  (kernel: BinaryKernel, integer: BinaryKernel = kernel) =>
  (site: Site, { type }: Instruction): Located => {
    const { values: x, step: stepX } = site.uniform(0)
    const { values: y, step: stepY } = site.uniform(1)
    const out = site.result()
    const { values } = out.storage
    const run = type.dtype === 'i32' ? integer : kernel
    site.add(() => run(values, x, y, values.length, stepX, stepY))
    return out
  }

const emitSelect: Emitter<'select'> = (site) => {
  const condition = site.uniform(0)
  const x = site.uniform(1)
  const y = site.uniform(2)
  const out = site.result()
  const { values } = out.storage
  site.add(() =>
    select(
      values,
      condition.values,
      x.values,
      y.values,
      values.length,
      condition.step,
      x.step,
      y.step,
    ),
  )
  return out
}

/** The result as a view of the operand; where elements must move, a copy. */
const looking = (site: Site, instruction: Instruction): Located => {
  const { storage, view } = site.operand(0)
  const seen = viewOf(instruction, view, site.rows)
  return seen === undefined ? moved(site) : { storage, view: seen }
}

/** The operand's elements in row-major order, under the result's shape. */
function moved(site: Site): Located {
  const out = site.result()
  const { storage, view } = site.operand(0)
  site.copy({ storage: out.storage, view: denseView(view.sizes) }, { storage, view })
  return out
}

/** The part of a dense array's view that begins at `start` and has `sizes`. */
function part(view: View, start: readonly number[], sizes: readonly number[]): View {
  const offset = start.reduce((sum, from, axis) => sum + from * (view.strides[axis] ?? 0), 0)
  return { offset: view.offset + offset, sizes, strides: view.strides }
}

const emitPad: Emitter<'pad'> = (site, { attributes, type }) => {
  const x = site.operand(0)
  const out = site.result()
  const { storage, view } = out
  const value = castRule(type.dtype)(attributes.value)
  site.add(() => {
    storage.values.fill(value)
  })
  const before = shapeAt(attributes.before, site.rows)
  site.copy({ storage, view: part(view, before, x.view.sizes) }, x)
  return out
}

const emitConcat: Emitter<'concat'> = (site, { operands, attributes: { axis } }) => {
  const out = site.result()
  const { storage, view } = out
  let along = 0
  operands.forEach((_, i) => {
    const x = site.operand(i)
    const start = view.sizes.map((_, a) => (a === axis ? along : 0))
    site.copy({ storage, view: part(view, start, x.view.sizes) }, x)
    along += x.view.sizes[axis] ?? 0
  })
  return out
}

/** An operand of `dot` as [batch, side, inner], its axes taken together. */
function factorOf(
  site: Site,
  index: number,
  batch: readonly number[],
  inner: readonly number[],
): { factor: Factor; sizes: readonly number[] } {
  let { storage, view } = site.operand(index)
  const side = view.sizes.flatMap((_, a) => (batch.includes(a) || inner.includes(a) ? [] : [a]))
  const groups = [batch, side, inner]
  const sizes = groups.map((axes) => viewSize(selectAxes(view, axes)))
  let strides = groups.map((axes) => uniformStep(selectAxes(view, axes)))
  if (strides.includes(undefined)) {
    ;({ storage, view } = site.rearranged(index, groups.flat()))
    strides = [...denseView(sizes).strides]
  }
  const [batchStride = 0, sideStride = 0, innerStride = 0] = strides
  const { values } = storage
  return { factor: { values, offset: view.offset, batchStride, sideStride, innerStride }, sizes }
}

const emitDot: Emitter<'dot'> = (site, { attributes: { batch, contract } }) => {
  const left = factorOf(site, 0, batch[0], contract[0])
  const right = factorOf(site, 1, batch[1], contract[1])
  const out = site.result()
  const { values } = out.storage
  const [count = 1, rows = 1, inner = 1] = left.sizes
  const sizes = { batch: count, rows, columns: right.sizes[1] ?? 1, inner }
  site.add(() => product(values, left.factor, right.factor, sizes))
  return out
}

const without = (view: View, axes: readonly number[]): View =>
  selectAxes(
    view,
    view.sizes.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis])),
  )

const emitSum: Emitter<'sum'> = (site, { attributes: { axes } }) => {
  const { storage, view } = site.operand(0)
  const out = site.result()
  const kept = counted(site, placesOf(without(view, axes)))
  const walk = countedWalk(site, walkOf({ ...selectAxes(view, axes), offset: 0 }))
  site.add(() => sum(out.storage.values, storage.values, kept, walk))
  return out
}

const lowest: Readonly<Record<DType, number>> = {
  f32: Number.NEGATIVE_INFINITY,
  f64: Number.NEGATIVE_INFINITY,
  i32: -2147483648,
  bool: 0,
  u8: 0,
}

const alongAxis =
  (kernel: typeof max): Emitter<'max' | 'argmax'> =>
  (site, { attributes: { axis }, type }) => {
    const { storage, view } = site.operand(0)
    const out = site.result()
    const kept = counted(site, placesOf(without(view, [axis])))
    const count = view.sizes[axis] ?? 0
    const step = view.strides[axis] ?? 0
    const start = lowest[type.dtype]
    site.add(() => kernel(out.storage.values, storage.values, kept, count, step, start))
    return out
  }

const emitGather: Emitter<'gather'> = (site) => {
  const width = viewSize(selectRest(site.operand(0).view, 1))
  const table = site.dense(0)
  const indices = site.dense(1)
  const out = site.result()
  site.add(() => gather(out.storage.values, table, indices, width))
  return out
}

/** The axes from `from` on. */
function selectRest(view: View, from: number): View {
  return selectAxes(
    view,
    view.sizes.flatMap((_, axis) => (axis < from ? [] : [axis])),
  )
}

/** Adds up in float64 from zero by `add`, and rounds once into the result. */
function accumulated(site: Site, dtype: DType, add: (sums: Float64Array) => void): Located {
  const out = site.result()
  const { values } = out.storage
  const sums = site.sums()
  const round = castKernels[dtype]
  site.add(() => {
    sums.fill(0)
    add(sums)
    round(values, sums, values.length, 1)
  })
  return out
}

const emitScatterAdd: Emitter<'scatterAdd'> = (site, { type }) => {
  const width = sizeAt(type.shape.slice(1), site.rows)
  const indices = site.dense(0)
  const updates = site.dense(1)
  return accumulated(site, type.dtype, (sums) => scatterAdd(sums, indices, updates, width))
}

const emitFold: Emitter<'fold'> = (site, { attributes, type }) => {
  const { storage, view } = site.operand(0)
  const windows = viewRules.unfold(denseView(shapeAt(type.shape, site.rows)), attributes, site.rows)
  const walk = countedWalk(site, walkOf(windows ?? view, view))
  return accumulated(site, type.dtype, (sums) => addInto(sums, storage.values, walk))
}

/** The first axis counts rows; what is left are the elements of one. */
const emitRandom: Emitter<'random'> = (site, { attributes: { site: use } }) => {
  const seed = site.dense(0)
  const step = site.dense(1)
  const firstRow = site.dense(2)
  const out = site.result()
  const rows = out.view.sizes[0] ?? 1
  const elements = viewSize(selectRest(out.view, 1))
  const draws = out.storage.values as Int32Array
  site.add(() => {
    const low = step[0] as number
    const high = step[1] as number
    fillDraws(draws, seed[0] as number, use, low, high, firstRow[0] as number, rows, elements)
  })
  return out
}

function counted(site: Site, places: Int32Array): Int32Array {
  site.memory.count(places.byteLength)
  return places
}

function countedWalk(site: Site, walk: Walk): Walk {
  for (const starts of walk.starts) counted(site, starts)
  return walk
}

const emitters: { readonly [P in Primitive]: Emitter<P> } = {
  constant: (site, instruction) => site.memory.constant(instruction, site.rows),
  iota: (site, instruction) => site.memory.iota(instruction, site.rows),
  input: (site, { attributes }) => site.source('input', attributes.name),
  state: (site, { attributes }) => site.source('state', attributes.name),
  random: emitRandom,
  cast: (site, instruction) => unary(castKernels[instruction.type.dtype])(site, instruction),
  neg: unary(unaryKernels.neg, integerUnaryKernels.neg),
  abs: unary(unaryKernels.abs, integerUnaryKernels.abs),
  sign: unary(unaryKernels.sign, integerUnaryKernels.sign),
  floor: unary(unaryKernels.floor),
  exp: unary(unaryKernels.exp),
  expm1: unary(unaryKernels.expm1),
  log: unary(unaryKernels.log),
  log1p: unary(unaryKernels.log1p),
  sqrt: unary(unaryKernels.sqrt),
  tanh: unary(unaryKernels.tanh),
  sigmoid: unary(unaryKernels.sigmoid),
  erf: unary(unaryKernels.erf),
  sin: unary(unaryKernels.sin),
  cos: unary(unaryKernels.cos),
  not: unary(not),
  add: binary(binaryKernels.add, integerBinaryKernels.add),
  sub: binary(binaryKernels.sub, integerBinaryKernels.sub),
  mul: binary(binaryKernels.mul, integerBinaryKernels.mul),
  div: binary(binaryKernels.div),
  pow: binary(binaryKernels.pow),
  maximum: binary(binaryKernels.maximum),
  minimum: binary(binaryKernels.minimum),
  equal: binary(binaryKernels.equal),
  less: binary(binaryKernels.less),
  lessEqual: binary(binaryKernels.lessEqual),
  and: binary(binaryKernels.and),
  or: binary(binaryKernels.or),
  select: emitSelect,
  dot: emitDot,
  reshape: looking,
  transpose: looking,
  broadcast: looking,
  slice: looking,
  unfold: looking,
  pad: emitPad,
  concat: emitConcat,
  sum: emitSum,
  max: alongAxis(max),
  argmax: alongAxis(argmax),
  gather: emitGather,
  scatterAdd: emitScatterAdd,
  fold: emitFold,
  // On one machine the sum over all machines is the operand.
  allReduceSum: (site) => site.operand(0),
}

/** Finds where the instruction's result is, adding the steps that put it there. */
export function emit(site: Site, instruction: Instruction): Located {
  // Row and instruction have the same primitive, which the type of a union's parts cannot say.
  const emitter = emitters[instruction.primitive] as (site: Site, of: Instruction) => Located
  return emitter(site, instruction)
}
