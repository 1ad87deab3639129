import { describe, expect, it } from 'vitest'
import {
  B,
  createOps,
  type Entry,
  foldConstants,
  formatType,
  inPrecision,
  type Ops,
  optimise,
  type Program,
  printEntry,
  removeDeadCode,
  shareCommonSubexpressions,
  type Tensor,
  type TensorType,
  Trace,
  verify,
} from '../src/index.ts'
import { randomProgram } from './support/random-program.ts'

const inputs = {
  x: { dtype: 'f32', shape: [B, 3] },
  n: { dtype: 'i32', shape: [3] },
  c: { dtype: 'bool', shape: [B, 3] },
  u: { dtype: 'u8', shape: [3] },
} as const satisfies Program['inputs']

interface Sources {
  readonly ops: Ops
  readonly x: Tensor
  readonly n: Tensor
  readonly c: Tensor
  readonly u: Tensor
}

/** A program with one entry whose only output is what `make` computes. */
function programOf(make: (sources: Sources) => Tensor): Program {
  const ops = createOps(new Trace())
  const read = (name: keyof typeof inputs): Tensor =>
    ops.trace.source('input', name, inputs[name] satisfies TensorType)
  const result = make({ ops, x: read('x'), n: read('n'), c: read('c'), u: read('u') })
  const entries = { main: ops.trace.entry({ result }) }
  return { version: 1, maxBatch: 4, inputs, state: {}, entries }
}

const mainOf = ({ entries }: Program): Entry =>
  entries['main'] ?? { instructions: [], outputs: {}, updates: {} }

/** The output's instructions, without the numbers of what is left of the rest. */
function folded(make: (sources: Sources) => Tensor): string {
  const program = removeDeadCode(foldConstants(programOf(make)))
  verify(program)
  return printEntry('main', mainOf(program))
    .split('\n')
    .flatMap((line) => /%\d+ = (.*)$/.exec(line)?.slice(1) ?? [])
    .filter((line) => !line.startsWith('output'))
    .join('; ')
}

const xOnly = 'input x : f32[B, 3]'

describe('foldConstants', () => {
  const computed: readonly (readonly [string, (sources: Sources) => Tensor, string])[] = [
    ['one number', ({ ops }) => ops.add(ops.constant(1), 2), 'constant 3 : f32[]'],
    [
      'a repeated number',
      ({ ops }) => ops.exp(ops.constant(0, { shape: [B, 3] })),
      'constant 1 : f32[B, 3]',
    ],
    [
      'a short list',
      ({ ops }) => ops.mul(ops.constant([1, -2, 3]), 2),
      'constant [2, -4, 6] : f32[3]',
    ],
    [
      'a comparison',
      ({ ops }) => ops.less(ops.constant([1, Number.NaN]), 2),
      'constant [1, 0] : bool[2]',
    ],
    [
      'a choice',
      ({ ops }) => ops.select(ops.less(ops.constant([1, 3]), 2), 7, 8),
      'constant [7, 8] : f32[2]',
    ],
    ['a complement', ({ ops }) => ops.not(ops.less(ops.constant(1), 2)), 'constant 0 : bool[]'],
    [
      'a cast',
      ({ ops }) => ops.cast(ops.constant([1.9, -1.9]), 'i32'),
      'constant [1, -1] : i32[2]',
    ],
    [
      'a cast that rounds',
      ({ ops }) => ops.cast(ops.constant(0.1), 'f64'),
      'constant 0.10000000149011612 : f64[]',
    ],
    [
      'a sum as float32 rounds it',
      ({ ops }) => ops.add(ops.constant(16777216), 1),
      'constant 16777216 : f32[]',
    ],
    [
      'integers that wrap round',
      ({ ops }) => ops.mul(ops.constant(65537, { dtype: 'i32' }), 65537),
      'constant 131073 : i32[]',
    ],
    [
      'a reshape of a list',
      ({ ops }) => ops.reshape(ops.constant([1, 2]), [2, 1]),
      'constant [1, 2] : f32[2, 1]',
    ],
    [
      'a repetition',
      ({ ops }) => ops.broadcastTo(ops.constant(2), [B, 3]),
      'constant 2 : f32[B, 3]',
    ],
    [
      'a transpose',
      ({ ops }) => ops.transpose(ops.constant(2, { shape: [B, 3] }), [1, 0]),
      'constant 2 : f32[3, B]',
    ],
    [
      'a slice',
      ({ ops }) => ops.slice(ops.constant(2, { shape: [B, 3] }), [0, 1], [B, 1]),
      'constant 2 : f32[B, 1]',
    ],
    ['a zero with its sign', ({ ops }) => ops.neg(ops.constant(0)), 'constant -0 : f32[]'],
  ]
  it.each(computed)('computes %s', (_, make, expected) => {
    expect(folded(make)).toBe(expected)
  })

  const dropped: readonly (readonly [string, (sources: Sources) => Tensor, string])[] = [
    ['x · 1', ({ ops, x }) => ops.mul(x, 1), xOnly],
    ['1 · x', ({ ops, x }) => ops.mul(1, x), xOnly],
    ['x / 1', ({ ops, x }) => ops.div(x, 1), xOnly],
    ['x + (−0)', ({ ops, x }) => ops.add(x, -0), xOnly],
    ['x − 0', ({ ops, x }) => ops.sub(x, 0), xOnly],
    ['n + 0 of integers', ({ ops, n }) => ops.add(0, n), 'input n : i32[3]'],
    ['−(−x)', ({ ops, x }) => ops.neg(ops.neg(x)), xOnly],
    ['not not c', ({ ops, c }) => ops.not(ops.not(c)), 'input c : bool[B, 3]'],
    ['|−x|', ({ ops, x }) => ops.abs(ops.neg(x)), `${xOnly}; abs(%0) : f32[B, 3]`],
    ['||x||', ({ ops, x }) => ops.abs(ops.abs(x)), `${xOnly}; abs(%0) : f32[B, 3]`],
    [
      'a reshape there and back',
      ({ ops, x }) => ops.reshape(ops.reshape(x, [{ rows: 3 }]), [B, 3]),
      xOnly,
    ],
    [
      'a reshape of a reshape',
      ({ ops, n }) => ops.reshape(ops.reshape(n, [1, 3]), [3, 1]),
      'input n : i32[3]; reshape(%0) : i32[3, 1]',
    ],
    [
      'a transpose there and back',
      ({ ops, x }) => ops.transpose(ops.transpose(x, [1, 0]), [1, 0]),
      xOnly,
    ],
    [
      'a transpose of a transpose',
      ({ ops, x }) => ops.transpose(ops.transpose(ops.reshape(x, [B, 3, 1]), [1, 2, 0]), [1, 2, 0]),
      `${xOnly}; reshape(%0) : f32[B, 3, 1]; transpose(%1) permutation=[2, 0, 1] : f32[1, B, 3]`,
    ],
    [
      'a repetition of a repetition',
      ({ ops, n }) => ops.broadcastTo(ops.broadcastTo(n, [2, 3]), [B, 2, 3]),
      'input n : i32[3]; broadcast(%0) axes=[2] : i32[B, 2, 3]',
    ],
    ['the whole slice', ({ ops, x }) => ops.slice(x, [0, 0], [B, 3]), xOnly],
    ['padding by nothing', ({ ops, x }) => ops.pad(x, [0, 0], [0, 0], 9), xOnly],
    ['the concat of one', ({ ops, x }) => ops.concat([x], 0), xOnly],
    ['a choice between equals', ({ ops, x, c }) => ops.select(c, x, x), xOnly],
    [
      'a choice that is settled',
      ({ ops, x }) => ops.select(ops.less(ops.constant(1), 0), 3, x),
      xOnly,
    ],
    ['a cast to the same', ({ ops, x }) => ops.trace.emit('cast', [x], { dtype: 'f32' }), xOnly],
    [
      'a cast to a wider dtype and back',
      ({ ops, x }) => ops.cast(ops.cast(x, 'f64'), 'f32'),
      xOnly,
    ],
    [
      'a cast by way of a wider dtype',
      ({ ops, u }) => ops.cast(ops.cast(u, 'i32'), 'f32'),
      'input u : u8[3]; cast(%0) : f32[3]',
    ],
  ]
  it.each(dropped)('simplifies %s', (_, make, expected) => {
    expect(folded(make)).toBe(expected)
  })

  const kept: readonly (readonly [string, (sources: Sources) => Tensor])[] = [
    ['x + 0, which makes 0 of −0', ({ ops, x }) => ops.add(x, 0)],
    ['x − (−0)', ({ ops, x }) => ops.sub(x, -0)],
    ['x · 0, which is NaN at infinity', ({ ops, x }) => ops.mul(x, 0)],
    ['x = x, which is false for NaN', ({ ops, x }) => ops.equal(x, x)],
    ['x − x', ({ ops, x }) => ops.sub(x, x)],
    ['a cast by way of integers', ({ ops, x }) => ops.cast(ops.cast(x, 'i32'), 'f32')],
    ['a cast by way of a narrower float', ({ ops, n }) => ops.cast(ops.cast(n, 'f32'), 'i32')],
    [
      'a sum of equal numbers, which rounds',
      ({ ops }) => ops.sum(ops.constant(0.1, { shape: [3] })),
    ],
    ['a part of a list', ({ ops }) => ops.slice(ops.constant([1, 2]), [1], [1])],
    ['a long list', ({ ops }) => ops.neg(ops.constant(Array.from({ length: 1025 }, () => 1)))],
  ]
  it.each(kept)('keeps %s', (_, make) => {
    const program = programOf(make)
    expect(foldConstants(program)).toBe(program)
  })
})

describe('shareCommonSubexpressions', () => {
  const count = (make: (sources: Sources) => Tensor): number =>
    mainOf(removeDeadCode(shareCommonSubexpressions(programOf(make)))).instructions.length

  it.each<[string, (sources: Sources) => Tensor, number]>([
    ['the same operation on the same operands', ({ ops, x }) => ops.add(ops.exp(x), ops.exp(x)), 3],
    ['chains of them', ({ ops, x }) => ops.add(ops.sin(ops.exp(x)), ops.sin(ops.exp(x))), 4],
    [
      'attributes written in another order',
      ({ ops, n }) =>
        ops.add(
          ops.trace.emit('broadcast', [n], { shape: [2, 3], axes: [1] }),
          ops.trace.emit('broadcast', [n], { axes: [1], shape: [2, 3] }),
        ),
      3,
    ],
    [
      'the same list',
      ({ ops, n }) =>
        ops.add(
          ops.add(n, ops.constant([1, 2, 3], { dtype: 'i32' })),
          ops.constant([1, 2, 3], { dtype: 'i32' }),
        ),
      4,
    ],
  ])('computes once: %s', (_, make, instructions) => {
    expect(count(make)).toBe(instructions)
  })

  it.each<[string, (sources: Sources) => Tensor]>([
    ['another operation', ({ ops, x }) => ops.add(ops.exp(x), ops.expm1(x))],
    [
      'operands the other way round',
      ({ ops, x }) => ops.add(ops.sub(ops.exp(x), x), ops.sub(x, ops.exp(x))),
    ],
    ['0 and −0', ({ ops, x }) => ops.add(ops.mul(x, 0), ops.mul(x, -0))],
    [
      'random numbers of another site',
      ({ ops, n }) => {
        const [seed, step] = [ops.sum(n), ops.slice(n, [0], [2])]
        const draw = (site: number): Tensor => ops.random(seed, step, seed, { site, shape: [3] })
        return ops.add(draw(1), draw(2))
      },
    ],
  ])('keeps apart: %s', (_, make) => {
    const program = removeDeadCode(programOf(make))
    // The second `exp` of a case is the only instruction that may go.
    const before = mainOf(program).instructions.filter(
      ({ primitive }) => primitive !== 'exp',
    ).length
    const after = mainOf(shareCommonSubexpressions(program)).instructions.filter(
      ({ primitive }) => primitive !== 'exp',
    )
    expect(after.length).toBe(before)
  })
})

describe('removeDeadCode', () => {
  it('keeps what outputs, updates and the guard need, and nothing else', () => {
    const ops = createOps(new Trace())
    const type = { dtype: 'f32', shape: [] } as const
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) =>
      ops.trace.source('state', name, type),
    ) as [Tensor, Tensor, Tensor, Tensor]
    ops.exp(d)
    const entry = ops.trace.entry({ out: ops.neg(a) }, { a: ops.abs(b) }, ops.sin(c))
    const declaration = { type, kind: 'slot' } as const
    const state = { a: declaration, b: declaration, c: declaration, d: declaration }
    const program: Program = {
      version: 1,
      maxBatch: 1,
      inputs: {},
      state,
      entries: { main: entry },
    }
    const pruned = removeDeadCode(program)
    verify(pruned)
    expect(mainOf(pruned).instructions.map(({ primitive }) => primitive)).toEqual([
      'state',
      'state',
      'state',
      'neg',
      'abs',
      'sin',
    ])
    expect(pruned.state).toBe(state)
  })
})

describe('inPrecision', () => {
  it('switches every float type and leaves the others', () => {
    const program = inPrecision(randomProgram(3), 'f64')
    verify(program)
    const types = Object.values(program.entries).flatMap(({ instructions }) =>
      instructions.map(({ type }) => formatType(type)),
    )
    expect(types.filter((type) => type.startsWith('f32'))).toEqual([])
    expect(types.filter((type) => type.startsWith('i32')).length).toBeGreaterThan(5)
    expect(program.inputs['x']?.dtype).toBe('f64')
    expect(program.inputs['labels']?.dtype).toBe('i32')
    expect(program.state['weight']?.type.dtype).toBe('f64')
  })

  it('switches what names a float dtype itself', () => {
    const program = programOf(({ ops }) => ops.cast(ops.iota([3], 0, 'f32'), 'i32'))
    const types = mainOf(inPrecision(program, 'f64')).instructions.map(({ type }) =>
      formatType(type),
    )
    expect(types.slice(-2)).toEqual(['f64[3]', 'i32[3]'])
  })

  it('keeps a constant as it was written', () => {
    const program = inPrecision(
      programOf(({ ops }) => ops.constant(0.1)),
      'f64',
    )
    expect(printEntry('main', mainOf(removeDeadCode(program)))).toContain('constant 0.1 : f64[]')
  })

  it('comes back to the same program', () => {
    const program = randomProgram(4)
    expect(inPrecision(inPrecision(program, 'f64'), 'f32')).toEqual(program)
  })
})

describe('every pass', () => {
  const passes: readonly (readonly [string, (program: Program) => Program])[] = [
    ['foldConstants', foldConstants],
    ['shareCommonSubexpressions', shareCommonSubexpressions],
    ['removeDeadCode', removeDeadCode],
    ['inPrecision f64', (program) => inPrecision(program, 'f64')],
    ['optimise', optimise],
  ]
  const seeds = Array.from({ length: 30 }, (_, seed) => seed)

  it.each(passes)('%s leaves a program that verifies, with the same names and types', (_, pass) => {
    for (const seed of seeds) {
      const program = randomProgram(seed)
      const result = pass(program)
      verify(result)
      for (const [name, entry] of Object.entries(program.entries)) {
        expect(Object.keys(result.entries[name]?.outputs ?? {})).toEqual(Object.keys(entry.outputs))
        expect(Object.keys(result.entries[name]?.updates ?? {})).toEqual(Object.keys(entry.updates))
      }
    }
  })

  it.each(passes)('%s changes nothing the second time', (_, pass) => {
    for (const seed of seeds) {
      const once = pass(randomProgram(seed))
      expect(pass(once)).toEqual(once)
    }
  })

  it.each(passes.filter(([name]) => !name.startsWith('inPrecision')))(
    '%s returns the program itself where nothing changes',
    (_, pass) => {
      const once = pass(randomProgram(7))
      expect(pass(once)).toBe(once)
    },
  )

  it('makes random programs smaller', () => {
    const size = (program: Program): number => mainOf(program).instructions.length
    const before = seeds.reduce((sum, seed) => sum + size(randomProgram(seed)), 0)
    const after = seeds.reduce((sum, seed) => sum + size(optimise(randomProgram(seed))), 0)
    expect(after).toBeLessThan(0.7 * before)
  })
})
