/**
 * The largest error of each vector function over all 2³² float32, in units in the last place of the float64 rule's
 * result: `node --conditions=source bench/math-error.ts [names]`. A minute or two a function, sin and cos four.
 *
 * `pow` has two operands; of it 2³⁰ pairs are drawn.
 */
import { pow, threefry2x32, unaryRules } from '@chainrule/program'
import { emitPow } from '../src/math/pow.ts'
import { type VectorFunction, vectorFunctions } from '../src/math/vector-functions.ts'
import { compileLanes, type Lanes } from '../test/support/lanes.ts'
import { fromBits, updateWorst, type Worst } from '../test/support/ulp.ts'

const capacity = 1 << 16
const modes = [false, true]

/** Runs both modes on the operands that `fill` gives the first of them, batch by batch. */
function measure(
  name: string,
  both: readonly Lanes[],
  batches: number,
  fill: (batch: number, operands: readonly Uint32Array[]) => void,
  evaluate: (operands: readonly Float32Array[], expected: Float64Array, batch: number) => void,
): void {
  const worst: Worst[] = modes.map(() => ({ error: 0, operands: [] }))
  const expected = new Float64Array(capacity)
  const [{ operands }] = both as [Lanes]
  const words = operands.map((lanes) => new Uint32Array(lanes.buffer, lanes.byteOffset, capacity))
  for (let batch = 0; batch < batches; batch++) {
    fill(batch, words)
    evaluate(operands, expected, batch)
    for (const [mode, lanes] of both.entries()) {
      for (const [at, operand] of lanes.operands.entries()) {
        new Uint32Array(operand.buffer, operand.byteOffset, capacity).set(words[at] as Uint32Array)
      }
      lanes.run(capacity)
      updateWorst(worst[mode] as Worst, lanes, expected, capacity)
    }
  }
  for (const [mode, { error, operands: at }] of worst.entries()) {
    const figures = [name.padEnd(8), modes[mode] ? 'fused' : 'plain', error.toFixed(3).padStart(8)]
    console.log(figures.join(' '), ' at', at.join(', '))
  }
}

/** f(−x) is so many times f(x). */
const mirrors: Partial<Record<VectorFunction, 1 | -1>> = { tanh: -1, erf: -1, sin: -1, cos: 1 }

/**
 * The rules of sin and cos take a microsecond beyond 2²⁰; there `Math` of this machine stands in for them, which was
 * within one unit of float64 of them at 300,000 arguments.
 */
const standIns: Partial<Record<VectorFunction, (x: number) => number>> = {
  sin: (x) => (Math.abs(x) <= 1048576 ? unaryRules.sin(x) : Math.sin(x)),
  cos: (x) => (Math.abs(x) <= 1048576 ? unaryRules.cos(x) : Math.cos(x)),
}

/** Every batch of numbers is followed by that of their negatives. */
function measureUnary(name: VectorFunction): void {
  const both = modes.map((relaxed) => {
    return compileLanes({ relaxed }, 1, capacity, vectorFunctions[name])
  })
  const mirror = mirrors[name]
  const rule = standIns[name] ?? unaryRules[name]
  const consecutive = (batch: number, [words]: readonly Uint32Array[]): void => {
    const first = (batch >> 1) * capacity + (batch % 2 === 1 ? 2 ** 31 : 0)
    for (let i = 0; i < capacity; i++) (words as Uint32Array)[i] = first + i
  }
  measure(name, both, 2 ** 32 / capacity, consecutive, ([xs], expected, batch) => {
    for (let i = 0; i < capacity; i++) {
      if (mirror !== undefined && batch % 2 === 1) expected[i] = mirror * (expected[i] as number)
      else expected[i] = rule((xs as Float32Array)[i] as number)
    }
  })
}

/** Half of the pairs are any bits; of the others the result is of moderate size. */
function measurePow(): void {
  const both = modes.map((relaxed) => compileLanes({ relaxed }, 2, capacity, emitPow))
  const scratch = new Int32Array(2)
  const exponent = new Float32Array(1)
  const exponentBits = new Uint32Array(exponent.buffer)
  const random = (batch: number, words: readonly Uint32Array[]): void => {
    const [xs, ys] = words as [Uint32Array, Uint32Array]
    for (let i = 0; i < capacity; i++) {
      threefry2x32(1, 2, batch, i, scratch)
      xs[i] = scratch[0] as number
      ys[i] = scratch[1] as number
      if ((batch & 1) === 0) continue
      xs[i] = (xs[i] as number) & 0x7fffffff
      const logarithm = Math.max(Math.abs(Math.log2(fromBits(xs[i] as number))), 1e-6)
      exponent[0] = ((scratch[1] as number) / 2 ** 31) * (150 / logarithm)
      ys[i] = exponentBits[0] as number
    }
  }
  measure('pow', both, 2 ** 30 / capacity, random, ([xs, ys], expected) => {
    for (let i = 0; i < capacity; i++) expected[i] = pow(xs?.[i] as number, ys?.[i] as number)
  })
}

const names = process.argv.slice(2)
const wanted = (name: string): boolean => names.length === 0 || names.includes(name)
for (const name of Object.keys(vectorFunctions) as VectorFunction[]) {
  if (wanted(name)) measureUnary(name)
}
if (wanted('pow')) measurePow()
