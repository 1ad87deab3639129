import { describe, expect, it } from 'vitest'
import {
  B,
  backpropagate,
  createOps,
  type Dimension,
  type DType,
  differentiate,
  formatType,
  optimise,
  type Program,
  ProgramError,
  printEntry,
  type Tensor,
  Trace,
  verify,
} from '../src/index.ts'
import { randomProgram } from './support/random-program.ts'

function start() {
  const ops = createOps(new Trace())
  const input = (
    name: string,
    shape: readonly Dimension[] = [B, 3],
    dtype: DType = 'f32',
  ): Tensor => ops.trace.source('input', name, { dtype, shape })
  const since = (from: number): string[] =>
    ops.trace.instructions.slice(from).map(({ primitive }) => primitive)
  return { ops, input, since, here: () => ops.trace.instructions.length }
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ProgramError) return error.code
    throw error
  }
  return 'no error'
}

describe('backpropagate', () => {
  it('gives zeros where there is no path', () => {
    const { ops, input } = start()
    const [x, other] = [input('x'), input('other')]
    const y = ops.exp(x)
    const [, zero] = backpropagate(ops, [{ of: y, cotangent: y }], [x, other])
    expect(zero && ops.trace.instructions[zero.id]).toMatchObject({
      primitive: 'constant',
      attributes: { value: 0 },
      type: other.type,
    })
  })

  it('records only what lies between the values asked for and the seeds', () => {
    const { ops, input, since, here } = start()
    const [x, w] = [input('x'), input('w', [2, 3])]
    const y = ops.dot(ops.exp(x), w, { contract: [[1], [1]] })
    ops.sin(y)
    const from = here()
    backpropagate(ops, [{ of: y, cotangent: y }], [w])
    expect(since(from)).toEqual(['dot'])
  })

  it('does not transpose the gradients of x wᵀ, nor of x w', () => {
    const { ops, input, since, here } = start()
    const [x, w, v] = [input('x'), input('w', [2, 3]), input('v', [3, 2])]
    const products = [
      ops.dot(x, w, { contract: [[1], [1]] }),
      ops.dot(x, v, { contract: [[1], [0]] }),
    ]
    const from = here()
    for (const y of products) backpropagate(ops, [{ of: y, cotangent: y }], [x, w, v])
    expect(since(from).filter((primitive) => primitive !== 'constant')).toEqual(
      Array(4).fill('dot'),
    )
  })

  it('adds the gradients of a value used twice, and of several seeds', () => {
    const { ops, input, since, here } = start()
    const x = input('x')
    const [a, b] = [ops.exp(x), ops.sin(x)]
    const from = here()
    const seeds = [a, b].map((of) => ({ of, cotangent: of }))
    const [dx] = backpropagate(ops, seeds, [x])
    expect(since(from)).toEqual(['cos', 'mul', 'mul', 'add'])
    expect(dx?.id).toBe(here() - 1)
  })

  it('gives a seed back where it is asked for itself', () => {
    const { ops, input } = start()
    const [x, dx] = [input('x'), input('dx')]
    expect(backpropagate(ops, [{ of: x, cotangent: dx }], [x])).toEqual([dx])
  })

  it('goes on from a value asked for to one before it', () => {
    const { ops, input, since, here } = start()
    const [x, dy] = [input('x'), input('dy')]
    const y = ops.exp(x)
    const from = here()
    const [first, second] = backpropagate(ops, [{ of: y, cotangent: dy }], [y, x])
    expect(first).toBe(dy)
    expect(second?.id).toBe(from)
    expect(since(from)).toEqual(['mul'])
  })

  it('takes what is before `since` as given', () => {
    const { ops, input, here } = start()
    const [x, dy] = [input('x'), input('dy')]
    const h = ops.exp(x)
    const since = here()
    const y = ops.add(x, h)
    const [dx, dh] = backpropagate(ops, [{ of: y, cotangent: dy }], [x, h], { since })
    expect([dx, dh]).toEqual([dy, dy])
  })

  it('lets no gradient through integers', () => {
    const { ops, input } = start()
    const x = input('x')
    const y = ops.cast(ops.cast(x, 'i32'), 'f32')
    const [dx] = backpropagate(ops, [{ of: y, cotangent: y }], [x])
    expect(dx && ops.trace.instructions[dx.id]?.primitive).toBe('constant')
  })

  it('gives the same trace each time', () => {
    const text = (): string => {
      const { ops, input } = start()
      const [x, w] = [input('x'), input('w', [3])]
      const y = ops.tanh(ops.mul(ops.add(x, w), ops.exp(ops.mul(x, w))))
      const [dx = x, dw = w] = backpropagate(ops, [{ of: y, cotangent: y }], [x, w])
      return printEntry('main', ops.trace.entry({ dx, dw }))
    }
    expect(text()).toBe(text())
  })

  it('refuses tensors of another trace, integers, and cotangents that do not fit', () => {
    const { ops, input } = start()
    const [x, n, narrow] = [input('x'), input('n', [B, 3], 'i32'), input('narrow', [B])]
    const double = ops.cast(x, 'f64')
    const run = (of: Tensor, cotangent: Tensor, wrt: Tensor) => () =>
      backpropagate(ops, [{ of, cotangent }], [wrt])
    expect(codeOf(run(x, start().input('x'), x))).toBe('foreign-tensor')
    expect(codeOf(run(x, x, n))).toBe('not-differentiable')
    expect(codeOf(run(n, n, x))).toBe('not-differentiable')
    expect(codeOf(run(x, narrow, x))).toBe('shape-mismatch')
    expect(codeOf(run(x, double, x))).toBe('dtype-mismatch')
  })
})

describe('differentiate', () => {
  function squaredNorm(): Program {
    const { ops, input } = start()
    const state = { w: { type: { dtype: 'f32', shape: [3] }, kind: 'parameter' } } as const
    const product = ops.mul(input('x'), ops.trace.source('state', 'w', state.w.type))
    const n = input('n', [], 'i32')
    const outputs = { loss: ops.sum(ops.square(product)), product, n }
    const inputs = { x: { dtype: 'f32', shape: [B, 3] }, n: { dtype: 'i32', shape: [] } } as const
    return { version: 1, maxBatch: 4, inputs, state, entries: { main: ops.trace.entry(outputs) } }
  }

  it('adds an entry with the gradient of each input and state that is asked for', () => {
    const program = squaredNorm()
    const result = differentiate(program, { entry: 'main', output: 'loss', wrt: ['x', 'w'] })
    verify(result)
    expect(result.entries['main']).toBe(program.entries['main'])
    const gradient = result.entries['main/gradient']
    const types = Object.entries(gradient?.outputs ?? {}).map(([name, id]) => {
      const type = gradient?.instructions[id]?.type
      return `${name} ${type && formatType(type)}`
    })
    expect(types).toEqual(['x f32[B, 3]', 'w f32[3]'])
    expect(gradient?.updates).toEqual({})
  })

  it('takes the name of the new entry', () => {
    const request = { entry: 'main', output: 'loss', wrt: ['w'], as: 'slope' }
    expect(Object.keys(differentiate(squaredNorm(), request).entries)).toEqual(['main', 'slope'])
  })

  it.each([
    ['an unknown entry', { entry: 'toString', output: 'loss', wrt: ['x'] }, 'program-invalid'],
    ['an unknown output', { entry: 'main', output: 'cost', wrt: ['x'] }, 'program-invalid'],
    ['an unknown input', { entry: 'main', output: 'loss', wrt: ['y'] }, 'program-invalid'],
    [
      'an output that is no scalar',
      { entry: 'main', output: 'product', wrt: ['x'] },
      'not-differentiable',
    ],
    ['an integer output', { entry: 'main', output: 'n', wrt: ['x'] }, 'not-differentiable'],
    ['an integer input', { entry: 'main', output: 'loss', wrt: ['n'] }, 'not-differentiable'],
  ] as const)('refuses %s', (_, request, code) => {
    expect(codeOf(() => differentiate(squaredNorm(), request))).toBe(code)
  })

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'leaves random program %i one that verifies',
    (seed) => {
      const program = withLoss(randomProgram(seed))
      const wrt = ['x', 'image', 'sequence', 'weight', 'bias', 'rate']
      const result = differentiate(program, { entry: 'main', output: 'loss', wrt })
      verify(result)
      verify(optimise(result))
    },
  )

  /** The sum of all float outputs of `main`, as one more output. */
  function withLoss(program: Program): Program {
    const main = program.entries['main']
    if (main === undefined) throw new Error('a random program has an entry `main`')
    const ops = createOps(new Trace())
    const tensors: Tensor[] = []
    for (const instruction of main.instructions) {
      const operands = instruction.operands.map((id) => ops.trace.tensor(id))
      tensors.push(ops.trace.copy(instruction, operands))
    }
    const loss = Object.values(main.outputs)
      .flatMap((id) => tensors[id] ?? [])
      .filter(({ dtype }) => dtype === 'f32')
      .map((tensor) => ops.sum(tensor))
      .reduce((total, next) => ops.add(total, next))
    return { ...program, entries: { ...program.entries, main: ops.trace.entry({ loss }) } }
  }
})
