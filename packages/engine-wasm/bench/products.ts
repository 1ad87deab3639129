/**
 * GFLOP/s of matrix products on one thread: `node --conditions=source bench/products.ts [part of a name] [--portable]`.
 *
 * A figure is the lower quartile of several short rounds, packing included: others use the machine too. The rounds of all
 * products take turns, and with them those of a loop of multiply-adds in registers: what the machine allows.
 */
import type { FunctionWriter } from '../src/assembler/function.ts'
import { ModuleWriter } from '../src/assembler/module.ts'
import { hasRelaxedSimd } from '../src/features.ts'
import { type ProductKernels, Products } from '../src/product/products.ts'
import type { ProductShape } from '../src/product/shape.ts'

const rounds = 21
const roundSeconds = 0.003

interface Case {
  readonly name: string
  readonly shape: ProductShape
  readonly m: number
  readonly n: number
  readonly k: number
}

const along = (length: number) => ({ side: length, inner: 1 })
const across = (length: number) => ({ side: 1, inner: length })

/** The three products of a dense layer: forward, ∂L/∂h and ∂L/∂W. */
function layer(batch: number, fanIn: number, fanOut: number): Case[] {
  const name = `${batch}×${fanIn}→${fanOut}`
  const rows = { dtype: 'f32', m: 'dynamic' } as const
  const [weight, dWeight] = [across(fanIn), across(fanOut)]
  const forward = {
    ...rows,
    n: fanOut,
    k: fanIn,
    left: along(fanIn),
    right: along(fanIn),
    outStride: fanOut,
  }
  const dh = { ...rows, n: fanIn, k: fanOut, left: along(fanOut), right: weight, outStride: fanIn }
  const dW = {
    m: fanOut,
    n: fanIn,
    k: 'dynamic',
    left: dWeight,
    right: across(fanIn),
    outStride: fanIn,
  } as const
  return [
    { name: `${name} forward`, shape: forward, m: batch, n: fanOut, k: fanIn },
    { name: `${name} ∂h`, shape: dh, m: batch, n: fanIn, k: fanOut },
    { name: `${name} ∂W`, shape: { dtype: 'f32', ...dW }, m: fanOut, n: fanIn, k: batch },
  ]
}

const cases = [
  ...[64, 128, 256, 512, 1024].flatMap((size) => layer(size, size, size)),
  ...layer(64, 784, 128),
  ...layer(64, 128, 10),
  ...layer(32, 64, 64),
  ...layer(32, 16, 16),
  ...layer(32, 2, 16),
  ...layer(32, 16, 1),
  ...layer(256, 1024, 1024),
  ...layer(17, 129, 31),
  ...layer(1, 784, 128),
  ...layer(1, 128, 10),
  ...layer(1, 1024, 1024),
  ...layer(1, 16, 16),
  ...layer(1, 2, 16),
  ...layer(1, 16, 1),
]

interface Runner {
  readonly name: string
  readonly run: (times: number) => void
  readonly flop: number
  readonly bytes: number
  times: number
  readonly seconds: number[]
}

/** Runs a product `times` times, as an engine on one thread would. */
function writeLoop(f: FunctionWriter, kernels: ProductKernels, given: Case, at: number[]): void {
  const [left = 0, right = 0, out = 0, packed = 0, scratch = 0] = at
  const { m, n, k, shape } = given
  const sizes = (): void => {
    if (shape.n === 'dynamic') f.i32(n)
    if (shape.k === 'dynamic') f.i32(k)
  }
  f.repeat({ local: 0 }, () => {
    if (m >= kernels.packFrom && kernels.pack !== undefined && kernels.packed !== undefined) {
      f.i32(right)
        .i32(packed)
        .i32(0)
        .i32(Math.ceil(n / kernels.panelColumns))
      sizes()
      f.call(kernels.pack).i32(left).i32(packed).i32(out).i32(scratch).i32(m)
      sizes()
      f.call(kernels.packed)
    } else if (kernels.inPlace !== undefined) {
      f.i32(left).i32(right).i32(out).i32(scratch).i32(m)
      sizes()
      f.call(kernels.inPlace)
    }
  })
}

function productRunner(given: Case, relaxed: boolean): Runner {
  const { name, shape, m, n, k } = given
  const module = new ModuleWriter({ relaxed })
  const kernels = new Products(module).emit(shape)
  let end = 64
  const place = (bytes: number): number => {
    const begin = end
    // Apart by an odd number of cache lines, as tensors in an arena usually are.
    end += Math.ceil(bytes / 64) * 64 + 3 * 64
    return begin
  }
  const at = [
    m * k * 4,
    n * k * 4,
    m * n * 4,
    kernels.packBytes(n, k),
    kernels.threadBytes(m, k),
  ].map(place)
  const bytes = module.toBytes({ minimum: 0, maximum: 65536, shared: false }).length
  module.define(
    { parameters: ['i32'], results: [] },
    (f) => writeLoop(f, kernels, given, at),
    'run',
  )
  const run = instantiate(module, end)
  return { name, run, flop: 2 * m * n * k, bytes, times: 1, seconds: [] }
}

const peakSums = 12
const peakSteps = 1000

/** Multiply-adds on 12 sums in registers. */
function peakRunner(relaxed: boolean): Runner {
  const module = new ModuleWriter({ relaxed })
  const pass = module.define({ parameters: [], results: [] }, (f) => {
    const sums = Array.from({ length: peakSums }, () => f.local('v128'))
    const [a, b] = [f.local('v128'), f.local('v128')]
    f.i32(64).memory('v128.load').set(a).i32(64).memory('v128.load', 16).set(b)
    for (const sum of sums) f.i32(64).memory('v128.load').set(sum)
    f.repeat(peakSteps, () => {
      for (const sum of sums) f.get(a).get(b).get(sum).madd32().set(sum)
    })
    for (const [i, sum] of sums.entries())
      f.i32(64)
        .get(sum)
        .memory('v128.store', 16 * i)
  })
  module.define(
    { parameters: ['i32'], results: [] },
    (f) => f.repeat({ local: 0 }, () => f.call(pass)),
    'run',
  )
  const run = instantiate(module, 4096)
  return { name: 'peak', run, flop: 8 * peakSums * peakSteps, bytes: 0, times: 1, seconds: [] }
}

function instantiate(module: ModuleWriter, bytes: number): (times: number) => void {
  const pages = Math.ceil(bytes / 65536) + 1
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const numbers = new Float32Array(memory.buffer)
  for (let i = 0; i < numbers.length; i++) numbers[i] = ((i * 31) % 64) / 64 - 0.5
  const compiled = new WebAssembly.Module(
    module.toBytes({ minimum: 0, maximum: 65536, shared: false }),
  )
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  return exports['run'] as (times: number) => void
}

function timed({ run, times }: Runner): number {
  const begin = performance.now()
  run(times)
  return (performance.now() - begin) / 1000 / times
}

/** Lets V8 compile the kernels with its second compiler, and finds how many runs make a round. */
function warmUp(runner: Runner): void {
  const until = performance.now() + 150
  while (performance.now() < until) {
    if (timed(runner) * runner.times < roundSeconds) runner.times *= 2
  }
  runner.times = Math.max(1, Math.round(roundSeconds / timed(runner)))
}

const quartile = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 4)] ?? Number.NaN

const portable = process.argv.includes('--portable')
const part = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? ''
const relaxed = hasRelaxedSimd() && !portable
const peak = peakRunner(relaxed)
const products = cases
  .filter(({ name }) => name.includes(part))
  .map((given) => productRunner(given, relaxed))
for (const runner of [peak, ...products]) warmUp(runner)
for (let round = 0; round < rounds; round++) {
  for (const runner of products) {
    peak.seconds.push(timed(peak))
    runner.seconds.push(timed(runner))
  }
}
const peakRate = peak.flop / quartile(peak.seconds) / 1e9
console.log(`peak ${peakRate.toFixed(1)} GFLOP/s, ${relaxed ? 'fused' : 'portable'}`)
for (const { name, seconds, flop, bytes } of products) {
  const rate = flop / quartile(seconds) / 1e9
  const columns = [
    name.padEnd(24),
    `${rate.toFixed(1).padStart(6)} GFLOP/s`,
    `${(rate / peakRate).toFixed(2)} of peak`,
    `${(quartile(seconds) * 1e6).toFixed(2).padStart(9)} µs`,
    `${String(bytes).padStart(5)} bytes`,
  ]
  console.log(columns.join('  '))
}
