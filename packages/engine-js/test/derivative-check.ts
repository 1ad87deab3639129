/** Compares ∂L/∂x of an expression, as the derivative rules give it, with central finite differences in float64. */
import {
  createOps,
  type DType,
  denseView,
  differentiate,
  type Ops,
  type Primitive,
  type Program,
  type Shape,
  shapeAt,
  type Tensor,
  Trace,
  type Values,
} from '@chainrule/program'
import { type Numbers, numbersFrom } from '@chainrule/program/testing/random-numbers'
import { expect } from 'vitest'
import { engineJs, type JsExecutable } from '../src/index.ts'

/** Draws `count` elements that are a safe distance from where the expression jumps or has a kink. */
export type Draw = (numbers: Numbers, count: number) => number[]

export interface Given {
  readonly shape: Shape
  readonly draw: Draw
  readonly dtype?: DType
  /** Read as a state, not as an input. */
  readonly state?: true
}

export interface Case {
  readonly given: readonly Given[]
  compute(ops: Ops, x: readonly Tensor[]): Tensor
  /** The expression is linear in all float operands together, or in each while the others stay. */
  readonly linear?: 'together' | 'each'
  /** The derivative is 0 everywhere in the domain. */
  readonly flat?: true
  /** The step of the finite differences. */
  readonly step?: number
}

/**
 * Central differences with this step are off by about step² of the third derivative, and by the rounding of L over the
 * step: 1e-10 and 1e-11 where values are near 1.
 */
const defaultStep = 1e-5
const tolerance = { difference: 2e-8, innerProduct: 1e-12 }
const maxBatch = 3

/** L = Σ c ⊙ expression, with `c` an input of the expression's type. */
function lossOf(primitive: Primitive, { given, compute }: Case): Program {
  const ops = createOps(new Trace('f64'))
  const types = given.map(({ shape, dtype = 'f64' }) => ({ dtype, shape }))
  const operands = given.map(({ state }, i) =>
    ops.trace.source(state ? 'state' : 'input', `x${i}`, types[i] ?? { dtype: 'f64', shape: [] }),
  )
  const y = compute(ops, operands)
  expect(ops.trace.instructions.map((instruction) => instruction.primitive)).toContain(primitive)
  const c = ops.trace.source('input', 'c', y.type)
  const named = types.map((type, i) => ({ name: `x${i}`, type, state: given[i]?.state }))
  const inputs = named.filter(({ state }) => !state).map(({ name, type }) => [name, type])
  const state = named
    .filter(({ state }) => state)
    .map(({ name, type }) => [name, { type, kind: 'parameter' as const }])
  return {
    version: 1,
    maxBatch,
    inputs: { ...Object.fromEntries(inputs), c: c.type },
    state: Object.fromEntries(state),
    entries: { main: ops.trace.entry({ loss: ops.sum(ops.mul(y, c)) }) },
  }
}

/** A tensor's memory, and where in it the elements of the batch stand. */
interface Elements {
  readonly values: Values
  readonly positions: readonly number[]
}

interface Operand extends Elements {
  readonly name: string
  readonly gradient: readonly number[]
}

/** Runs all checks of a case for a batch of `rows`. */
export function checkDerivative(primitive: Primitive, tested: Case, rows: number): void {
  const program = lossOf(primitive, tested)
  const wrt = tested.given.flatMap(({ dtype = 'f64' }, i) => (dtype === 'f64' ? [i] : []))
  const names = wrt.map((i) => `x${i}`)
  const request = { entry: 'main', output: 'loss', wrt: names, as: 'slope' }
  const run = engineJs.compile(differentiate(program, request))
  const elements = fill(run, program, tested, rows)
  run.run('slope', rows)
  const operands = wrt.flatMap((i): Operand[] => {
    const gradient = [...run.output('slope', `x${i}`)]
    const of = elements[i]
    return of === undefined ? [] : [{ ...of, name: `x${i}`, gradient }]
  })
  const loss = (): number => {
    run.run('main', rows)
    return run.output('main', 'loss')[0] ?? Number.NaN
  }
  for (const operand of operands) compareWithDifferences(operand, loss, tested.step ?? defaultStep)
  const slopes = operands.flatMap(({ gradient }) => gradient)
  if (tested.flat) expect(slopes.every((slope) => slope === 0)).toBe(true)
  else expect(slopes.some((slope) => slope !== 0)).toBe(true)
  checkInnerProducts(tested.linear, operands, loss())
}

/** Fills every input and state. */
function fill(run: JsExecutable, program: Program, { given }: Case, rows: number): Elements[] {
  const numbers = numbersFrom(7 + rows)
  const put = (values: Values, shape: Shape, draw: Draw): Elements => {
    const positions = positionsOf(shape, rows)
    const drawn = draw(numbers, positions.length)
    positions.forEach((position, i) => {
      values[position] = drawn[i] ?? 0
    })
    return { values, positions }
  }
  const cType = program.inputs['c']
  // Sixteenths, so that no cast to a narrower float rounds them.
  put(run.input('c'), cType?.shape ?? [], (_, count) =>
    Array.from({ length: count }, () => (1 + numbers.whole(31)) / 16),
  )
  return given.map(({ shape, draw, state }, i) =>
    put(state ? run.state(`x${i}`) : run.input(`x${i}`), shape, draw),
  )
}

/** Inputs keep the strides of the largest batch, so that a smaller one leaves gaps unless B is the first axis. */
function positionsOf(shape: Shape, rows: number): number[] {
  const { strides } = denseView(shapeAt(shape, maxBatch))
  return shapeAt(shape, rows).reduce<number[]>(
    (positions, size, axis) =>
      positions.flatMap((position) =>
        Array.from({ length: size }, (_, i) => position + i * (strides[axis] ?? 0)),
      ),
    [0],
  )
}

function compareWithDifferences(
  { name, values, positions, gradient }: Operand,
  loss: () => number,
  step: number,
): void {
  const differences = positions.map((position) => {
    const value = values[position] ?? 0
    values[position] = value + step
    const above = loss()
    values[position] = value - step
    const below = loss()
    values[position] = value
    return (above - below) / (2 * step)
  })
  expect(gradient.length, name).toBe(positions.length)
  differences.forEach((difference, i) => {
    const came = gradient[i] ?? Number.NaN
    const allowed = tolerance.difference * (1 + Math.abs(difference))
    const what = `∂L/∂${name}[${i}] is ${came}, finite differences give ${difference}`
    expect(Math.abs(came - difference), what).toBeLessThanOrEqual(allowed)
  })
}

/** A linear L equals the inner product of its gradient with where it is taken. */
function checkInnerProducts(
  linear: Case['linear'],
  operands: readonly Operand[],
  loss: number,
): void {
  const products = operands.map(({ values, positions, gradient }) =>
    gradient.reduce((sum, slope, i) => sum + slope * (values[positions[i] ?? 0] ?? 0), 0),
  )
  const expected = linear === 'each' ? products : [products.reduce((sum, next) => sum + next, 0)]
  for (const product of linear === undefined ? [] : expected) {
    const allowed = tolerance.innerProduct * (1 + Math.abs(loss))
    expect(Math.abs(product - loss), 'inner product').toBeLessThanOrEqual(allowed)
  }
}
