/**
 * The largest error of each vector function over all 2³² float32, in units in the last place of the float64 rule's
 * result: `node --conditions=source bench/math-error.ts [names]`. About two minutes a function.
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
  rule: (...operands: number[]) => number,
): void {
  const worst: Worst[] = modes.map(() => ({ error: 0, operands: [] }))
  const expected = new Float64Array(capacity)
  const [{ operands }] = both as [Lanes]
  const words = operands.map((lanes) => new Uint32Array(lanes.buffer, lanes.byteOffset, capacity))
  const [xs, ys = xs] = operands as [Float32Array, Float32Array?]
  for (let batch = 0; batch < batches; batch++) {
    fill(batch, words)
    for (let i = 0; i < capacity; i++) expected[i] = rule(xs[i] as number, ys[i] as number)
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

function measureUnary(name: VectorFunction): void {
  const both = modes.map((relaxed) => {
    return compileLanes({ relaxed }, 1, capacity, vectorFunctions[name])
  })
  const consecutive = (batch: number, [words]: readonly Uint32Array[]): void => {
    for (let i = 0; i < capacity; i++) (words as Uint32Array)[i] = batch * capacity + i
  }
  measure(name, both, 2 ** 32 / capacity, consecutive, unaryRules[name])
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
  measure('pow', both, 2 ** 30 / capacity, random, pow)
}

const names = process.argv.slice(2)
const wanted = (name: string): boolean => names.length === 0 || names.includes(name)
for (const name of Object.keys(vectorFunctions) as VectorFunction[]) {
  if (wanted(name)) measureUnary(name)
}
if (wanted('pow')) measurePow()
