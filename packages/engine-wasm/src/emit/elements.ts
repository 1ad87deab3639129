/** For each primitive that a loop computes: the instructions for four elements. A missing row does not compile. */
import type { DType } from '@chainrule/program'
import type { Callee, FunctionWriter } from '../assembler/function.ts'
import type { PlainName } from '../assembler/opcodes.ts'
import type { LoopPrimitive } from '../lower/kernels.ts'
import { emitPow } from '../math/pow.ts'
import { type VectorFunction, vectorFunctions } from '../math/vector-functions.ts'
import { castValue } from './casts.ts'
import {
  type FloatOpName,
  floatOp,
  type Lanes,
  made,
  narrowMask,
  part,
  type Value,
  widenMask,
} from './value.ts'

/** What an emitter may use beside its operands. */
export interface ElementSite {
  readonly f: FunctionWriter
  /** The elements that count; the others may be computed or not. */
  readonly lanes: Lanes
  /** A float64 function of the host, for one element at a time. */
  host(name: HostFunction): Callee
}

/** Float64 functions that are called rather than emitted: they serve checks, where bits count and time does not. */
export type HostFunction = VectorFunction | 'pow'

type Emitter = (site: ElementSite, operands: readonly Value[], dtype: DType) => Value

function operand(operands: readonly Value[], index: number): Value {
  const value = operands[index]
  if (value === undefined) throw new Error(`internal: no operand ${index}`)
  return value
}

/** The same instruction on every part of the operands. */
function partwise(name: (dtype: DType) => PlainName): Emitter {
  return ({ f }, operands, dtype) =>
    made(f, dtype, (i) => {
      for (const value of operands) f.get(part(value, i))
      f.op(name(dtype))
    })
}

/** One instruction for floats, another for integers. */
const arithmetic = (float: FloatOpName, integer?: PlainName): Emitter =>
  partwise((dtype) => (dtype === 'i32' && integer !== undefined ? integer : floatOp(dtype, float)))

/** A comparison; its operands' dtype is not that of the result, which is a mask. */
const comparison =
  (float: FloatOpName, integers: (site: ElementSite, x: Value, y: Value) => void): Emitter =>
  (site, operands) => {
    const { f } = site
    const x = operand(operands, 0)
    const y = operand(operands, 1)
    return made(f, 'bool', () => {
      if (x.dtype !== 'f32' && x.dtype !== 'f64') {
        integers(site, x, y)
        return
      }
      x.locals.forEach((local, i) => {
        f.get(local).get(part(y, i)).op(floatOp(x.dtype, float))
      })
      if (x.dtype === 'f64') narrowMask(f)
    })
  }

/** Booleans are masks, in which true is the largest number without a sign. */
const lessName = (dtype: DType): PlainName => (dtype === 'bool' ? 'i32x4.lt_u' : 'i32x4.lt_s')

/** A function of float32 by a polynomial, of float64 by the host. */
function transcendental(name: Exclude<HostFunction, 'pow'>): Emitter {
  return (site, operands, dtype) => {
    const { f } = site
    if (dtype === 'f64') return hostElements(site, name, operands)
    const x = operand(operands, 0)
    return made(f, dtype, () => {
      f.get(part(x, 0))
      vectorFunctions[name](f)
    })
  }
}

/** Calls the host for each element that counts. */
function hostElements(site: ElementSite, name: HostFunction, operands: readonly Value[]): Value {
  const { f, lanes } = site
  const callee = site.host(name)
  return made(f, 'f64', (i) => {
    f.f64x2(0)
    for (let lane = 0; lane < 2 && 2 * i + lane < lanes; lane++) {
      for (const value of operands) f.get(part(value, i)).lane('f64x2.extract_lane', lane)
      f.call(callee).lane('f64x2.replace_lane', lane)
    }
  })
}

const sign: Emitter = ({ f }, operands, dtype) => {
  const x = operand(operands, 0)
  if (dtype === 'i32') {
    return made(f, dtype, () => {
      // 1 where positive (a mask is −1), −1 where negative.
      f.get(part(x, 0)).i32(31).op('i32x4.shr_s')
      f.get(part(x, 0)).i32x4(0).op('i32x4.gt_s').op('i32x4.sub')
    })
  }
  return made(f, dtype, (i) => {
    const local = part(x, i)
    const number = (value: number) => (dtype === 'f32' ? f.f32x4(value) : f.f64x2(value))
    // Zeros and NaN stay as they are; the others get their sign on a 1.
    number(1)
    f.get(local)
    number(-0)
    f.op('v128.and').op('v128.or')
    f.get(local).get(local)
    number(0)
    f.op(floatOp(dtype, 'lt'))
    f.get(local)
    number(0)
    f.op(floatOp(dtype, 'gt')).op('v128.or').op('v128.bitselect')
  })
}

const select: Emitter = ({ f }, operands, dtype) => {
  const mask = operand(operands, 0)
  return made(f, dtype, (i) => {
    f.get(part(operand(operands, 1), i)).get(part(operand(operands, 2), i))
    if (dtype === 'f64') widenMask(f, part(mask, 0), i)
    else f.get(part(mask, 0))
    f.op('v128.bitselect')
  })
}

const pow: Emitter = (site, operands, dtype) => {
  if (dtype === 'f64') return hostElements(site, 'pow', operands)
  const { f } = site
  return made(f, dtype, () => {
    for (const value of operands) f.get(part(value, 0))
    emitPow(f)
  })
}

const emitters: { readonly [P in LoopPrimitive]: Emitter } = {
  cast: ({ f }, operands, dtype) => castValue(f, operand(operands, 0), dtype),
  neg: arithmetic('neg', 'i32x4.neg'),
  abs: arithmetic('abs', 'i32x4.abs'),
  sign,
  floor: arithmetic('floor'),
  exp: transcendental('exp'),
  expm1: transcendental('expm1'),
  log: transcendental('log'),
  log1p: transcendental('log1p'),
  sqrt: arithmetic('sqrt'),
  tanh: transcendental('tanh'),
  sigmoid: transcendental('sigmoid'),
  erf: transcendental('erf'),
  sin: transcendental('sin'),
  cos: transcendental('cos'),
  not: partwise(() => 'v128.not'),
  add: arithmetic('add', 'i32x4.add'),
  sub: arithmetic('sub', 'i32x4.sub'),
  mul: arithmetic('mul', 'i32x4.mul'),
  div: arithmetic('div'),
  pow,
  maximum: arithmetic('max', 'i32x4.max_s'),
  minimum: arithmetic('min', 'i32x4.min_s'),
  equal: comparison('eq', ({ f }, x, y) => {
    f.get(part(x, 0)).get(part(y, 0)).op('i32x4.eq')
  }),
  less: comparison('lt', ({ f }, x, y) => {
    f.get(part(x, 0)).get(part(y, 0)).op(lessName(x.dtype))
  }),
  lessEqual: comparison('le', ({ f }, x, y) => {
    f.get(part(y, 0)).get(part(x, 0)).op(lessName(x.dtype)).op('v128.not')
  }),
  and: partwise(() => 'v128.and'),
  or: partwise(() => 'v128.or'),
  select,
}

/** Four elements of a primitive's result. */
export function emitElement(
  site: ElementSite,
  primitive: LoopPrimitive,
  operands: readonly Value[],
  dtype: DType,
): Value {
  return emitters[primitive](site, operands, dtype)
}

/** The function of the host that a primitive calls for a dtype, if it does. */
export function hostFunctionOf(primitive: LoopPrimitive, dtype: DType): HostFunction | undefined {
  if (dtype !== 'f64') return undefined
  const hosted: Readonly<Partial<Record<LoopPrimitive, HostFunction>>> = {
    exp: 'exp',
    expm1: 'expm1',
    log: 'log',
    log1p: 'log1p',
    tanh: 'tanh',
    sigmoid: 'sigmoid',
    erf: 'erf',
    sin: 'sin',
    cos: 'cos',
    pow: 'pow',
  }
  return hosted[primitive]
}
