/** The functions of one operand on float32 lanes, against the float64 rules of `@chainrule/program`. */
import { unaryRules } from '@chainrule/program'
import { describe, expect, it, vi } from 'vitest'
import { FunctionWriter } from '../src/assembler/function.ts'
import { emitPow } from '../src/math/pow.ts'
import { emitDrawKey, emitDraws, releaseDrawKey } from '../src/math/threefry.ts'
import { type VectorFunction, vectorFunctions } from '../src/math/vector-functions.ts'
import { compileLanes, type Lanes } from './support/lanes.ts'
import { fromBits, updateWorst, type Worst } from './support/ulp.ts'

const capacity = 65536
const modes = [{ relaxed: false }, { relaxed: true }]
const infinity = Number.POSITIVE_INFINITY
const nan = Number.NaN
const subnormal = 2 ** -149
const largest = 3.4028234663852886e38

const compile = (name: VectorFunction): Lanes[] =>
  modes.map((features) => compileLanes(features, 1, capacity, vectorFunctions[name]))

/** Every so many bit patterns, all exponents and signs among them, capacity by capacity. */
function* samples(stride: number): Generator<Float32Array> {
  const values = new Float32Array(capacity)
  let count = 0
  for (let bits = 0; bits < 2 ** 32; bits += stride) {
    values[count++] = fromBits(bits)
    if (count === capacity) {
      yield values
      count = 0
    }
  }
  yield values.subarray(0, count)
}

function run(lanes: Lanes, values: Float32Array): void {
  lanes.operands[0]?.set(values)
  lanes.run(Math.ceil(values.length / 4) * 4)
}

function results(lanes: Lanes, values: Float32Array): Float32Array {
  run(lanes, values)
  return lanes.result.slice(0, values.length)
}

describe('accuracy', () => {
  // The bounds are those of the exhaustive run of `bench/math-error.ts`, rounded up.
  it.each<[VectorFunction, number]>([
    ['exp', 1.1],
    ['expm1', 1.6],
    ['log', 0.9],
    ['log1p', 1.5],
    ['tanh', 2.7],
    ['sigmoid', 2.5],
    ['erf', 2.1],
    ['sin', 1.6],
    ['cos', 1.6],
  ])('%s is within %f units in the last place', (name, bound) => {
    const both = compile(name)
    const worst: Worst[] = modes.map(() => ({ error: 0, operands: [] }))
    for (const values of samples(997)) {
      const expected = Float64Array.from(values, unaryRules[name])
      for (const [mode, lanes] of both.entries()) {
        run(lanes, values)
        updateWorst(worst[mode] as Worst, lanes, expected, values.length)
      }
    }
    for (const { error, operands } of worst) {
      expect(error, `at ${operands}`).toBeLessThanOrEqual(bound)
    }
  })
})

describe('the ends of the domain', () => {
  it.each<[VectorFunction, number, number]>([
    ['exp', 0, 1],
    ['exp', -0, 1],
    ['exp', 89, infinity],
    ['exp', infinity, infinity],
    ['exp', -103, subnormal],
    ['exp', -104, 0],
    ['exp', -infinity, 0],
    ['expm1', 0, 0],
    ['expm1', -0, -0],
    ['expm1', subnormal, subnormal],
    ['expm1', -subnormal, -subnormal],
    ['expm1', 89, infinity],
    ['expm1', infinity, infinity],
    ['expm1', -18, -1],
    ['expm1', -infinity, -1],
    ['log', 1, 0],
    ['log', 0, -infinity],
    ['log', -0, -infinity],
    ['log', -subnormal, nan],
    ['log', -1, nan],
    ['log', -infinity, nan],
    ['log', infinity, infinity],
    ['log', subnormal, Math.fround(-149 * Math.LN2)],
    ['log1p', 0, 0],
    ['log1p', -0, -0],
    ['log1p', subnormal, subnormal],
    ['log1p', -1, -infinity],
    ['log1p', -1.5, nan],
    ['log1p', -infinity, nan],
    ['log1p', infinity, infinity],
    ['tanh', 0, 0],
    ['tanh', -0, -0],
    ['tanh', -subnormal, -subnormal],
    ['tanh', 20, 1],
    ['tanh', infinity, 1],
    ['tanh', -infinity, -1],
    ['sigmoid', 0, 0.5],
    ['sigmoid', 30, 1],
    ['sigmoid', infinity, 1],
    ['sigmoid', -infinity, 0],
    ['erf', 0, 0],
    ['erf', -0, -0],
    ['erf', -subnormal, -subnormal],
    ['erf', 4, 1],
    ['erf', infinity, 1],
    ['erf', -infinity, -1],
    ['sin', 0, 0],
    ['sin', -0, -0],
    ['sin', -subnormal, -subnormal],
    ['sin', infinity, nan],
    ['sin', -infinity, nan],
    ['cos', 0, 1],
    ['cos', -0, 1],
    ['cos', infinity, nan],
  ])('%s of %d is %d', (name, x, expected) => {
    for (const lanes of compile(name)) {
      expect(results(lanes, Float32Array.of(1, 2, x, 3))[2]).toBe(expected)
    }
  })

  it.each(Object.keys(vectorFunctions) as VectorFunction[])('%s of NaN is NaN', (name) => {
    const patterns = [0x7fc00000, 0x7f800001, 0xffc00000, 0xffffffff, 0x7fc00155]
    for (const lanes of compile(name)) {
      const input = lanes.operands[0] as Float32Array
      new Uint32Array(input.buffer, input.byteOffset).set(patterns)
      lanes.run(8)
      expect([...lanes.result.subarray(0, 5)]).toEqual(patterns.map(() => nan))
    }
  })

  it.each<[VectorFunction, number, number]>([
    ['tanh', -1, 1],
    ['sigmoid', 0, 1],
    ['erf', -1, 1],
    ['sin', -1, 1],
    ['cos', -1, 1],
  ])('%s stays between %d and %d', (name, low, high) => {
    for (const lanes of compile(name)) {
      for (const values of samples(9973)) {
        const outside = results(lanes, values).find((y) => y < low || y > high)
        expect(outside).toBe(undefined)
      }
    }
  })
})

describe('a lane', () => {
  const edges = [0, -0, 1, -1, 0.3, -20, 88.5, 1e-40, 3e7, -1e30, largest, infinity, -infinity, nan]
  const values = Float32Array.from({ length: 4 * edges.length }, (_, i) => {
    // Neighbours of every kind, in every order.
    return edges[(i * (1 + Math.floor(i / edges.length))) % edges.length] as number
  })

  it.each(Object.keys(vectorFunctions) as VectorFunction[])(
    'of %s depends on neither its place nor its neighbours',
    (name) => {
      for (const lanes of compile(name)) {
        const together = new Uint32Array(results(lanes, values).buffer)
        for (const [i, x] of values.entries()) {
          if (Number.isNaN(x)) continue
          const alone = new Uint32Array(results(lanes, new Float32Array(4).fill(x)).buffer)
          expect([...alone], `${name} of ${x}`).toEqual(new Array(4).fill(together[i]))
        }
      }
    },
  )
})

describe('the code', () => {
  const functions = { ...vectorFunctions, pow: emitPow, draws: emitDrawsAlone }
  const signature = { parameters: [], results: [] }

  it.each(Object.keys(functions) as (keyof typeof functions)[])(
    'of %s gives back its locals',
    (name) => {
      for (const features of modes) {
        const f = new FunctionWriter(signature, features)
        functions[name](f)
        const { length } = f.locals
        functions[name](f)
        expect(f.locals.length).toBe(length)
      }
    },
  )

  it.each(Object.keys(functions) as (keyof typeof functions)[])(
    'of %s has no relaxed instruction where the host may lack them',
    (name) => {
      const op = vi.spyOn(FunctionWriter.prototype, 'op')
      functions[name](new FunctionWriter(signature, { relaxed: false }))
      const names = op.mock.calls.map(([instruction]) => instruction as string)
      op.mockRestore()
      expect(names.length).toBeGreaterThan(0)
      expect(names.filter((instruction) => instruction.includes('relaxed'))).toEqual([])
    },
  )
})

function emitDrawsAlone(f: FunctionWriter): void {
  const key = emitDrawKey(f)
  emitDraws(f, key)
  releaseDrawKey(f, key)
}
