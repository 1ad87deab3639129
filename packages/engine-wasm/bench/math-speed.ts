/**
 * How many million elements a second the vector functions compute, beside `Math` on the same values in the same run:
 * `node --conditions=source bench/math-speed.ts`.
 *
 * Arrays of 4,096 elements, which stay near the core. The rounds of one function take turns, and the best counts, since
 * other work only slows. `erf` and the draws, which `Math` lacks, stand beside those of `@chainrule/program`.
 */
import { erf, fillDraws } from '@chainrule/program'
import type { FunctionWriter } from '../src/assembler/function.ts'
import { emitPow } from '../src/math/pow.ts'
import { emitDraws, releaseDrawKey } from '../src/math/threefry.ts'
import { vectorFunctions } from '../src/math/vector-functions.ts'
import { compileLanes, type Lanes } from '../test/support/lanes.ts'

const capacity = 4096
const rounds = 12
const millisecondsPerRound = 12

type Scalar = (xs: Float32Array, ys: Float32Array, out: Float32Array) => void

interface Case {
  readonly name: string
  readonly write: (f: FunctionWriter) => void
  readonly low: number
  readonly high: number
  readonly scalar: Scalar
  readonly operands?: number
}

/** A loop of its own for each function, so that none is slowed by the others' types. */
const each = (expression: string): Scalar =>
  new Function(
    'xs',
    'ys',
    'out',
    `for (let i = 0; i < ${capacity}; i++) { const x = xs[i], y = ys[i]; out[i] = ${expression} }`,
  ) as Scalar

const erfEach: Scalar = (xs, _, out) => {
  for (let i = 0; i < capacity; i++) out[i] = erf(xs[i] as number)
}

const drawEach: Scalar = (_xs, _ys, out) => {
  fillDraws(new Int32Array(out.buffer, out.byteOffset, capacity), 1, 2, 3, 4, 5, 64, capacity / 64)
}

/** The key is outside the loop where it matters; here its cost is part of each vector, so it is made of constants. */
function writeDraws(f: FunctionWriter): void {
  const element = f.local('v128')
  const row = f.local('v128')
  f.set(element).set(row)
  const key = { key0: f.local('v128'), key1: f.local('v128') }
  f.i32x4(7).set(key.key0).i32x4(8).set(key.key1)
  f.get(row).get(element)
  emitDraws(f, key)
  releaseDrawKey(f, key)
  f.release(element, row)
}

const { exp, expm1, log, log1p, tanh, sigmoid, sin, cos } = vectorFunctions
const cases: readonly Case[] = [
  { name: 'exp', write: exp, low: -10, high: 10, scalar: each('Math.exp(x)') },
  { name: 'expm1', write: expm1, low: -10, high: 10, scalar: each('Math.expm1(x)') },
  { name: 'log', write: log, low: 0, high: 10, scalar: each('Math.log(x)') },
  { name: 'log1p', write: log1p, low: -1, high: 10, scalar: each('Math.log1p(x)') },
  { name: 'tanh', write: tanh, low: -10, high: 10, scalar: each('Math.tanh(x)') },
  { name: 'sigmoid', write: sigmoid, low: -10, high: 10, scalar: each('1 / (1 + Math.exp(-x))') },
  { name: 'erf', write: vectorFunctions.erf, low: -5, high: 5, scalar: erfEach },
  { name: 'sin', write: sin, low: -100, high: 100, scalar: each('Math.sin(x)') },
  { name: 'cos', write: cos, low: -100, high: 100, scalar: each('Math.cos(x)') },
  { name: 'pow', write: emitPow, low: 0, high: 10, scalar: each('Math.pow(x, y)'), operands: 2 },
  { name: 'draws', write: writeDraws, low: 0, high: 10, scalar: drawEach, operands: 2 },
]

/** Million elements a second of one round. */
function round(run: () => void): number {
  const begin = performance.now()
  let runs = 0
  let milliseconds = 0
  while (milliseconds < millisecondsPerRound) {
    for (let i = 0; i < 16; i++) run()
    runs += 16
    milliseconds = performance.now() - begin
  }
  return (runs * capacity) / milliseconds / 1000
}

function fill(values: Float32Array, low: number, high: number): void {
  for (let i = 0; i < capacity; i++) {
    values[i] = low + (high - low) * (((i * 2654435761) % 4294967296) / 4294967296)
  }
}

function measure({ name, write, low, high, scalar, operands = 1 }: Case): void {
  const both: Lanes[] = [false, true].map((relaxed) => {
    return compileLanes({ relaxed }, operands, capacity, write)
  })
  for (const { operands: inputs } of both) for (const input of inputs) fill(input, low, high)
  const [xs, ys = xs] = (both[0] as Lanes).operands as [Float32Array, Float32Array?]
  const out = new Float32Array(capacity)
  const runs = [
    ...both.map(
      ({ run }) =>
        () =>
          run(capacity),
    ),
    () => scalar(xs, ys as Float32Array, out),
  ]
  const best = runs.map(() => 0)
  for (let i = 0; i < rounds; i++) {
    for (const [at, run] of runs.entries()) best[at] = Math.max(best[at] as number, round(run))
  }
  const figures = [...best.map((rate) => rate.toFixed(0)), ...both.map((one) => one.codeBytes)]
  console.log([name.padEnd(8), ...figures.map((figure) => String(figure).padStart(9))].join(''))
}

console.log('M/s        plain    fused   scalar    bytes    bytes')
for (const one of cases) measure(one)
