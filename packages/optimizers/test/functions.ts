/** Functions of which the minimum is known, as recorded in `testing-vectors`, and a host that minimises one. */
import type { DrivenHost } from '@chainrule/core'

export interface Smooth {
  value(x: Float64Array): number
  gradient(x: Float64Array): Float64Array
}

const at = (x: Float64Array, i: number): number => x[i] ?? Number.NaN
const total = (x: Float64Array, each: (value: number, i: number) => number): number =>
  x.reduce((sum, value, i) => sum + each(value, i), 0)

/** Of pairs: 0 at ones. */
const rosenbrock: Smooth = {
  value: (x) =>
    total(x, (a, i) => (i % 2 === 1 ? 0 : 100 * (at(x, i + 1) - a * a) ** 2 + (1 - a) ** 2)),
  gradient: (x) =>
    x.map((value, i) => {
      if (i % 2 === 1) return 200 * (value - at(x, i - 1) ** 2)
      return -400 * value * (at(x, i + 1) - value * value) - 2 * (1 - value)
    }),
}

/** A quadratic with curvatures from 1 to n², 0 at ones. */
const bowl: Smooth = {
  value: (x) => total(x, (value, i) => ((i + 1) ** 2 * (value - 1) ** 2) / 2),
  gradient: (x) => x.map((value, i) => (i + 1) ** 2 * (value - 1)),
}

/** Smooth and not convex. */
const hills: Smooth = {
  value: (x) => total(x, (value) => Math.log(Math.cosh(value)) + 0.5 * Math.sin(3 * value)),
  gradient: (x) => x.map((value) => Math.tanh(value) + 1.5 * Math.cos(3 * value)),
}

export const functions: Readonly<Record<'rosenbrock' | 'bowl' | 'hills', Smooth>> = {
  rosenbrock,
  bowl,
  hills,
}

export interface CountingHost extends DrivenHost {
  /** How often loss and gradient were asked for. */
  looks: number
}

/** A host at `start`; `round` is what the model keeps of a parameter. */
export function hostOf(
  { value, gradient }: Smooth,
  start: ArrayLike<number>,
  round: (x: number) => number = (x) => x,
): CountingHost {
  let x = Float64Array.from(start, round)
  const host: CountingHost = {
    looks: 0,
    signal: undefined,
    parameters: () => x.slice(),
    setParameters: (values) => {
      x = values.map(round)
    },
    gradient: () => {
      host.looks++
      return { loss: value(x), gradient: gradient(x) }
    },
    evaluate: () => value(x),
  }
  return host
}
