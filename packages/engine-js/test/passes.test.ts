/** Every pass keeps every value to the bit, on random programs that use every primitive. */
import {
  binaryRules,
  createOps,
  foldConstants,
  inPrecision,
  type Ops,
  optimise,
  type Program,
  programFromJson,
  programToJson,
  removeDeadCode,
  shareCommonSubexpressions,
  type Tensor,
  Trace,
} from '@chainrule/program'
import { randomValuesFor } from '@chainrule/program/testing/random-numbers'
import { programSeeds, randomProgram } from '@chainrule/program/testing/random-program'
import { describe, expect, it } from 'vitest'
import { engineJs } from '../src/index.ts'

const seeds = programSeeds(25)

/** All that two runs of a program leave behind, by entry, name and number of rows. */
function results(program: Program, seed: number): Map<string, number[]> {
  const run = engineJs.compile(program)
  const { inputs, state } = randomValuesFor(program, program.maxBatch, seed)
  for (const [name, values] of Object.entries(inputs)) run.input(name).set(values)
  for (const [name, values] of Object.entries(state)) run.state(name).set(values)
  const found = new Map<string, number[]>()
  for (const rows of [program.maxBatch, 1, 3]) {
    for (const [entry, { outputs }] of Object.entries(program.entries)) {
      run.run(entry, rows)
      for (const name of Object.keys(outputs)) {
        found.set(`${entry} ${name}, ${rows} rows`, [...run.output(entry, name)])
      }
    }
  }
  for (const name of Object.keys(program.state)) found.set(`state ${name}`, [...run.state(name)])
  return found
}

describe('a pass keeps values', () => {
  it.each<[string, (program: Program) => Program]>([
    ['foldConstants', foldConstants],
    ['shareCommonSubexpressions', shareCommonSubexpressions],
    ['removeDeadCode', removeDeadCode],
    ['optimise', optimise],
    ['inPrecision to its own precision', (program) => inPrecision(program, 'f32')],
    ['JSON and back', (program) => programFromJson(programToJson(program))],
  ])('%s', (_, pass) => {
    for (const seed of seeds) {
      const program = randomProgram(seed)
      // `toEqual` tells 0 from -0, and holds NaN to be equal to NaN.
      expect(results(pass(program), seed), `seed ${seed}`).toEqual(results(program, seed))
    }
  })

  it('optimise, in float64', () => {
    for (const seed of seeds) {
      const program = randomProgram(seed, { float: 'f64' })
      expect(results(optimise(program), seed), `seed ${seed}`).toEqual(results(program, seed))
    }
  })
})

describe('foldConstants keeps what is odd about numbers', () => {
  const type = { dtype: 'f32', shape: [8] } as const
  const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1e-45, 16777217]

  const identities: readonly (readonly [string, (ops: Ops, x: Tensor) => Tensor])[] = [
    ['x + 0', (ops, x) => ops.add(x, 0)],
    ['x + (−0)', (ops, x) => ops.add(x, -0)],
    ['0 + x', (ops, x) => ops.add(0, x)],
    ['x − 0', (ops, x) => ops.sub(x, 0)],
    ['x − (−0)', (ops, x) => ops.sub(x, -0)],
    ['x · 1', (ops, x) => ops.mul(x, 1)],
    ['x · 0', (ops, x) => ops.mul(x, 0)],
    ['x / 1', (ops, x) => ops.div(x, 1)],
    ['−(−x)', (ops, x) => ops.neg(ops.neg(x))],
    ['|−x|', (ops, x) => ops.abs(ops.neg(x))],
    ['x = x', (ops, x) => ops.equal(x, x)],
    ['x chosen by NaN < 0', (ops, x) => ops.select(ops.less(ops.constant(Number.NaN), 0), 1, x)],
    ['f32 by way of f64', (ops, x) => ops.cast(ops.cast(x, 'f64'), 'f32')],
    ['f32 by way of i32', (ops, x) => ops.cast(ops.cast(x, 'i32'), 'f32')],
    ['f32 by way of bool', (ops, x) => ops.cast(ops.cast(x, 'bool'), 'f32')],
    ['i32 by way of f32', (ops, x) => ops.cast(ops.cast(ops.cast(x, 'i32'), 'f32'), 'i32')],
    ['u8 by way of f64', (ops, x) => ops.cast(ops.cast(ops.cast(x, 'u8'), 'f64'), 'f32')],
  ]
  it.each(identities)('%s', (_, make) => {
    const ops = createOps(new Trace())
    const y = make(ops, ops.trace.source('input', 'x', type))
    const inputs = { x: type }
    const program: Program = {
      version: 1,
      maxBatch: 1,
      inputs,
      state: {},
      entries: { main: ops.trace.entry({ y }) },
    }
    const values = (tested: Program): number[] => {
      const run = engineJs.compile(tested)
      run.input('x').set(odd)
      run.run('main', 1)
      return [...run.output('main', 'y')]
    }
    expect(values(removeDeadCode(foldConstants(program)))).toEqual(values(program))
  })

  /** Each primitive that folds, on constants; the engine computes the same from an input. */
  it.each(Object.keys(binaryRules) as (keyof typeof binaryRules)[])('%s of constants', (name) => {
    const dtype = name === 'and' || name === 'or' ? 'bool' : 'f32'
    const list = dtype === 'bool' ? [0, 1, 1, 0, 1, 0, 0, 1] : odd
    const pairs = list.flatMap((x) => list.map((z) => [x, z] as const))
    const given = [0, 1].map((side) => pairs.map((pair) => pair[side as 0 | 1]))
    const shape = [pairs.length]
    const ops = createOps(new Trace())
    const inputs = { x0: { dtype, shape }, x1: { dtype, shape } } as const
    const read = ([0, 1] as const).map((i) => ops.trace.source('input', `x${i}`, inputs[`x${i}`]))
    const listed = given.map((value) => ops.constant(value, { dtype }))
    const [x, z, a, b] = [...read, ...listed] as [Tensor, Tensor, Tensor, Tensor]
    const outputs = { engine: ops[name](x, z), folded: ops[name](a, b) }
    const entries = { main: ops.trace.entry(outputs) }
    const program = foldConstants({ version: 1, maxBatch: 1, inputs, state: {}, entries })
    const { main } = program.entries
    expect(main?.instructions[main.outputs['folded'] ?? -1]?.primitive).toBe('constant')
    const run = engineJs.compile(program)
    given.forEach((values, i) => {
      run.input(`x${i}`).set(values)
    })
    run.run('main', 1)
    expect([...run.output('main', 'folded')]).toEqual([...run.output('main', 'engine')])
  })
})

describe('inPrecision', () => {
  /** Of float32, through some forty operations on values that stay below 1000. */
  const tolerance = 1e-3

  it('gives in float64 what float32 gives, up to rounding', () => {
    for (const seed of seeds) {
      const single = randomProgram(seed)
      const rough = results(single, seed)
      for (const [name, values] of results(inPrecision(single, 'f64'), seed)) {
        const other = rough.get(name) ?? []
        const worst = Math.max(
          0,
          ...values.map((value, i) => Math.abs(value - (other[i] ?? 0)) / (1 + Math.abs(value))),
        )
        expect(worst, `seed ${seed}, ${name}`).toBeLessThan(tolerance)
      }
    }
  })
})

describe('random programs', () => {
  it('stay finite, so that engines can be compared on all of them', () => {
    for (const seed of seeds) {
      for (const [name, values] of results(randomProgram(seed), seed)) {
        expect(values.every(Number.isFinite), `seed ${seed}, ${name}`).toBe(true)
      }
    }
  })

  it('exchange two states', () => {
    const program = randomProgram(1)
    const { state } = randomValuesFor(program, program.maxBatch, 1)
    const run = engineJs.compile(program)
    for (const [name, values] of Object.entries(state)) run.state(name).set(values)
    run.run('advance', 1)
    expect([run.state('weight'), run.state('other')]).toEqual([state['other'], state['weight']])
  })
})
