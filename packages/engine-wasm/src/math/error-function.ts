/** The error function of float32 lanes. */
import type { FunctionWriter } from '../assembler/function.ts'
import { emitExpm1OfReduced, reduceByLn2 } from './exponential.ts'
import { emitSignOf, multiplyAdd32, splitPolynomial } from './polynomial.ts'

// −log(erfc a) / a − 1, a minimax fit for 0 ≤ a ≤ 3.93 of the relative error of erf: `fit/coefficients.py`, erf.
const afterLinear = [
  0.12837916612625122, 0.6366193890571594, 0.10277783125638962, -0.019153065979480743,
  -0.00016039343609008938, 0.0016670248005539179, -0.0006328353774733841, 0.0001176408477476798,
  -9.256216799258254e-6,
]

/**
 * erf x = 1 − eᵛ with the sign of x, v = log(erfc |x|) = −(a + a p(a)), a = |x|, within 2.1 ulp; it is 1 from 3.93 on.
 *
 * One smooth polynomial serves the whole range, and its error fades with eᵛ.
 */
export function emitErf(f: FunctionWriter): void {
  const x = f.local('v128')
  const a = f.local('v128')
  f.tee(x).op('f32x4.abs').f32x4(3.93).op('f32x4.pmin').set(a)
  const square = f.local('v128')
  f.get(a).get(a).op('f32x4.mul').set(square)
  splitPolynomial(f, a, square, afterLinear)
  f.release(square)
  f.get(a)
  multiplyAdd32(f, () => f.get(a))
  f.op('f32x4.neg')
  const { shifted, r } = reduceByLn2(f, 127)
  emitExpm1OfReduced(f, r)
  // (1 − 2ⁿ) − 2ⁿ (eʳ − 1)
  f.get(shifted).i32(23).op('i32x4.shl').tee(shifted).op('f32x4.neg')
  multiplyAdd32(f, () => f.f32x4(1).get(shifted).op('f32x4.sub'))
  emitSignOf(f, x)
  f.release(x, a, shifted, r)
}
