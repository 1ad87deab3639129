/** The form that each attribute of each primitive must have, for programs that come from outside. One row a primitive. */
import type { Attributes, Primitive } from './primitives.ts'
import type { DType, Shape, TensorType } from './types.ts'

/** A check of data whose form nobody vouches for. */
export interface Form {
  /** In words, to follow "must be". */
  readonly required: string
  accepts(value: unknown): boolean
}

/** More axes than any layer needs, and few enough that no rule is slow on a hostile program. */
const maxRank = 32

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown, accepts: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(accepts)
}

const isNumber = (value: unknown): value is number => typeof value === 'number'

const isEmpty = (value: object): boolean => Object.keys(value).length === 0

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isSafeInteger(value) && value >= 0
}

const dtypes: Readonly<Record<DType, true>> = {
  f32: true,
  f64: true,
  i32: true,
  bool: true,
  u8: true,
}

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(dtypes, value)
}

function isDimension(value: unknown): boolean {
  if (!isRecord(value)) return isCount(value)
  const { rows, ...others } = value
  return isCount(rows) && isEmpty(others)
}

export function isShape(value: unknown): value is Shape {
  return isList(value, isDimension) && value.length <= maxRank
}

export function isTensorType(value: unknown): value is TensorType {
  if (!isRecord(value)) return false
  const { dtype, shape, ...others } = value
  return isDType(dtype) && isShape(shape) && isEmpty(others)
}

const counts = (value: unknown): boolean => isList(value, isCount) && value.length <= maxRank

const axis: Form = { required: 'a whole number from 0', accepts: isCount }
/** A word of the key of Threefry: the initializers' sites are below 0, the layers' above. */
const site: Form = {
  required: 'a whole number of 32 bits',
  accepts: (value) => isNumber(value) && (value | 0) === value,
}
const axes: Form = { required: `at most ${maxRank} whole numbers from 0`, accepts: counts }
const pairs: Form = {
  required: 'two lists of axes',
  accepts: (value) => isList(value, counts) && value.length === 2,
}
const dtype: Form = { required: `one of ${Object.keys(dtypes).join(', ')}`, accepts: isDType }
const shape: Form = { required: `a shape of at most ${maxRank} sizes`, accepts: isShape }
const name: Form = { required: 'a name', accepts: (value) => typeof value === 'string' }
const number: Form = { required: 'a number', accepts: isNumber }
const numbers: Form = {
  required: 'a number or a list of numbers',
  accepts: (value) => isNumber(value) || isList(value, isNumber),
}
const windows = { axes, windows: axes, strides: axes, dilations: axes }

/** The attributes of each primitive; no other may be there. */
export const attributeForms: {
  readonly [P in Primitive]: { readonly [K in keyof Attributes[P]]: Form }
} = {
  constant: { dtype, shape, value: numbers },
  input: { name },
  state: { name },
  iota: { dtype, shape, axis },
  random: { site, shape },
  cast: { dtype },
  neg: {},
  abs: {},
  sign: {},
  floor: {},
  exp: {},
  expm1: {},
  log: {},
  log1p: {},
  sqrt: {},
  tanh: {},
  sigmoid: {},
  erf: {},
  sin: {},
  cos: {},
  not: {},
  add: {},
  sub: {},
  mul: {},
  div: {},
  pow: {},
  maximum: {},
  minimum: {},
  equal: {},
  less: {},
  lessEqual: {},
  and: {},
  or: {},
  select: {},
  dot: { contract: pairs, batch: pairs },
  reshape: { shape },
  transpose: { permutation: axes },
  broadcast: { shape, axes },
  slice: { start: shape, size: shape },
  pad: { before: shape, after: shape, value: number },
  concat: { axis },
  sum: { axes },
  max: { axis },
  argmax: { axis },
  gather: {},
  scatterAdd: { size: axis },
  unfold: windows,
  fold: { ...windows, sizes: axes },
  allReduceSum: {},
}

export function isPrimitive(value: unknown): value is Primitive {
  return typeof value === 'string' && Object.hasOwn(attributeForms, value)
}
