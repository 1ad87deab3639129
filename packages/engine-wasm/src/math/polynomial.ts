/** What the vector functions share: polynomials, bounds and sums of products. */
import type { FunctionWriter, Local } from '../assembler/function.ts'

/** c₀ + c₁ x + c₂ x² + … of float32 lanes by Horner's rule; the coefficients begin with c₀. */
export function polynomial(f: FunctionWriter, x: Local, coefficients: readonly number[]): void {
  horner(f, x, coefficients, (c) => f.f32x4(c), multiplyAdd32)
}

/** The same as two chains half as long, of even and odd powers; `square` is x². */
export function splitPolynomial(
  f: FunctionWriter,
  x: Local,
  square: Local,
  coefficients: readonly number[],
): void {
  const parity = (odd: number) => coefficients.filter((_, i) => (i & 1) === odd)
  polynomial(f, square, parity(1))
  f.get(x)
  multiplyAdd32(f, () => polynomial(f, square, parity(0)))
}

/** The same of float64 lanes. */
export function polynomial64(f: FunctionWriter, x: Local, coefficients: readonly number[]): void {
  horner(f, x, coefficients, (c) => f.f64x2(c), multiplyAdd64)
}

function horner(
  f: FunctionWriter,
  x: Local,
  coefficients: readonly number[],
  push: (coefficient: number) => void,
  multiplyAdd: (f: FunctionWriter, addend: () => void) => void,
): void {
  const last = coefficients.length - 1
  push(coefficients[last] as number)
  for (let i = last - 1; i >= 0; i--) {
    f.get(x)
    multiplyAdd(f, () => push(coefficients[i] as number))
  }
}

/** a·b + c for a and b on the stack; unlike `madd32` it needs no local for c, which comes after the product. */
export function multiplyAdd32(f: FunctionWriter, addend: () => void): void {
  if (!f.features.relaxed) f.op('f32x4.mul')
  addend()
  f.op(f.features.relaxed ? 'f32x4.relaxed_madd' : 'f32x4.add')
}

/** The same of float64 lanes. */
export function multiplyAdd64(f: FunctionWriter, addend: () => void): void {
  if (!f.features.relaxed) f.op('f64x2.mul')
  addend()
  f.op(f.features.relaxed ? 'f64x2.relaxed_madd' : 'f64x2.add')
}

/** Keeps the lanes on the stack between `low` and `high`; NaN, of which every comparison is false, stays. */
export function clamp(f: FunctionWriter, low: number, high: number): void {
  f.f32x4(high).op('f32x4.pmin').f32x4(low).op('f32x4.pmax')
}

/** A vector local for the value on the stack. */
export function keep(f: FunctionWriter): Local {
  const local = f.local('v128')
  f.set(local)
  return local
}

/** Turns the sign of the lanes on the stack where x has one. */
export function emitSignOf(f: FunctionWriter, x: Local): void {
  f.get(x).f32x4(-0).op('v128.and').op('v128.xor')
}
