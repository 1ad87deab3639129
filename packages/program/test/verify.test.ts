import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createOps,
  type Program,
  ProgramError,
  programFromJson,
  programToJson,
  Trace,
  verify,
} from '../src/index.ts'
import { randomProgram } from './support/random-program.ts'

/** A small program as plain data that a case may break: y = x wᵀ, w ← w + 1. */
function small() {
  const x = { dtype: 'f32', shape: [{ rows: 1 }, 3] }
  const w = { dtype: 'f32', shape: [2, 3] }
  const contract: unknown = [[1], [1]]
  const instruction = (
    primitive: string,
    operands: unknown[],
    attributes: Record<string, unknown>,
    type: unknown,
  ): Record<string, unknown> => ({ primitive, operands, attributes, type })
  const instructions = [
    instruction('input', [], { name: 'x' }, x),
    instruction('state', [], { name: 'w' }, w),
    instruction(
      'dot',
      [0, 1],
      { contract, batch: [[], []] },
      { dtype: 'f32', shape: [{ rows: 1 }, 2] },
    ),
    instruction('constant', [], { dtype: 'f32', shape: [2, 3], value: 1 }, w),
    instruction('add', [1, 3], {}, w),
    instruction('sum', [4], { axes: [0, 1] }, { dtype: 'f32', shape: [] }),
  ]
  const program = {
    version: 1 as unknown,
    maxBatch: 8 as unknown,
    inputs: { x } as Record<string, unknown>,
    state: { w: { type: w, kind: 'parameter' } } as Record<string, unknown>,
    entries: {
      main: {
        instructions: instructions as unknown[],
        outputs: { y: 2 } as unknown,
        updates: { w: 4 } as unknown,
        guard: 5 as unknown,
      },
    } as Record<string, unknown>,
  }
  const entry = program.entries['main'] as Record<string, unknown>
  const at = (id: number): Record<string, unknown> => instructions[id] ?? {}
  return { program, entry, at }
}

type Small = ReturnType<typeof small>

const huge = { dtype: 'f32', shape: [2 ** 30, 2 ** 30] }
const named = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>

/** What a case breaks, and what the message says of it. */
const malformations: readonly (readonly [string, (broken: Small) => void, string])[] = [
  ['another version', ({ program }) => (program.version = 2), 'version must be 1'],
  ['no rows', ({ program }) => (program.maxBatch = 0), 'maxBatch must be'],
  ['rows in text', ({ program }) => (program.maxBatch = '8'), 'maxBatch must be'],
  ['a field of its own', ({ program }) => Object.assign(program, { extra: 1 }), 'no field "extra"'],
  [
    'no inputs',
    ({ program }) => Object.assign(program, { inputs: null }),
    'must be an object, not null',
  ],
  [
    'a list of entries',
    ({ program }) => Object.assign(program, { entries: [] }),
    'must be an object',
  ],
  [
    'an unknown dtype',
    ({ program }) => (program.inputs['z'] = { dtype: 'f16', shape: [] }),
    'input "z"',
  ],
  [
    'a negative size',
    ({ program }) => (program.inputs['z'] = { dtype: 'f32', shape: [-1] }),
    'input "z"',
  ],
  [
    'half a size',
    ({ program }) => (program.inputs['z'] = { dtype: 'f32', shape: [0.5] }),
    'input "z"',
  ],
  [
    'half the rows',
    ({ program }) => (program.inputs['z'] = { dtype: 'f32', shape: [{ rows: 0.5 }] }),
    'input "z"',
  ],
  [
    '33 axes',
    ({ program }) => (program.inputs['z'] = { dtype: 'f32', shape: Array(33).fill(1) }),
    'input "z"',
  ],
  [
    'too many elements',
    ({ program }) => (program.inputs['z'] = huge),
    'more elements than can be counted',
  ],
  [
    'the name __proto__',
    ({ program }) => (program.inputs = named('{"__proto__": {}}')),
    'not a usable name',
  ],
  [
    'an unknown kind of state',
    ({ program }) => (program.state['v'] = { type: huge, kind: 'secret' }),
    'kind must be one of',
  ],
  [
    'a state in rows',
    ({ program }) => (program.state['v'] = { type: program.inputs['x'], kind: 'slot' }),
    'outlives a batch',
  ],
  [
    'instructions that are no list',
    ({ entry }) => (entry['instructions'] = {}),
    'instructions must be a list',
  ],
  [
    'an instruction that is null',
    ({ entry }) => (entry['instructions'] as unknown[]).push(null),
    '%6',
  ],
  ['an unknown primitive', ({ at }) => (at(4)['primitive'] = 'addd'), 'no primitive "addd"'],
  [
    'a primitive that objects inherit',
    ({ at }) => (at(4)['primitive'] = 'constructor'),
    'no primitive',
  ],
  [
    'an operand after its user',
    ({ at }) => (at(2)['operands'] = [0, 3]),
    'operand 3 does not come before',
  ],
  [
    'an operand that is itself',
    ({ at }) => (at(2)['operands'] = [0, 2]),
    'operand 2 does not come before',
  ],
  ['a negative operand', ({ at }) => (at(2)['operands'] = [0, -1]), 'operand -1'],
  [
    'an operand that names a property',
    ({ at }) => (at(2)['operands'] = [0, 'length']),
    'operand "length"',
  ],
  ['operands that are no list', ({ at }) => (at(2)['operands'] = '01'), 'operands must be a list'],
  ['too few operands', ({ at }) => (at(4)['operands'] = [1]), '`add` needs 2 operands'],
  ['an input with operands', ({ at }) => (at(1)['operands'] = [0]), 'takes no operands'],
  ['no attributes', ({ at }) => delete at(5)['attributes'], 'attributes: must be an object'],
  ['a missing attribute', ({ at }) => (at(5)['attributes'] = {}), 'axes must be'],
  ['an attribute too many', ({ at }) => (at(4)['attributes'] = { fast: true }), 'no field "fast"'],
  [
    'an attribute of another form',
    ({ at }) => (at(5)['attributes'] = { axes: 'all' }),
    'axes must be',
  ],
  [
    'an axis that is not there',
    ({ at }) => (at(5)['attributes'] = { axes: [0, 2] }),
    'an axis from 0 to 1',
  ],
  [
    'contracted sizes that differ',
    ({ at }) => Object.assign(at(2)['attributes'] as object, { contract: [[1], [0]] }),
    'equal sizes along',
  ],
  [
    'a list constant of a symbolic size',
    ({ at }) => (at(3)['attributes'] = { dtype: 'f32', shape: [{ rows: 1 }], value: [1] }),
    'no symbolic size',
  ],
  [
    'a constant that its dtype cannot hold',
    ({ at }) => (at(3)['attributes'] = { dtype: 'u8', shape: [2, 3], value: 300 }),
    'numbers that u8 can hold',
  ],
  [
    'a recorded type unlike the rule',
    ({ at }) => (at(2)['type'] = { dtype: 'f32', shape: [2, 2] }),
    'gives f32[B, 2], but f32[2, 2] is recorded',
  ],
  ['a type that is none', ({ at }) => (at(2)['type'] = 'f32'), 'its type must be'],
  [
    'a type that nobody can count',
    ({ at }) => (at(2)['type'] = huge),
    'more elements than can be counted',
  ],
  [
    'an undeclared input',
    ({ at }) => (at(0)['attributes'] = { name: 'toString' }),
    'no input "toString" is declared',
  ],
  [
    'an undeclared state',
    ({ at }) => (at(1)['attributes'] = { name: 'v' }),
    'no state "v" is declared',
  ],
  [
    'an input of another type',
    ({ at }) => (at(0)['type'] = { dtype: 'f64', shape: [{ rows: 1 }, 3] }),
    'is recorded',
  ],
  ['a scope that is no text', ({ at }) => (at(0)['scope'] = 7), 'scope must be text'],
  [
    'an output that is not there',
    ({ entry }) => (entry['outputs'] = { y: 6 }),
    'no instruction has the number 6',
  ],
  [
    'an output that names a property',
    ({ entry }) => (entry['outputs'] = { y: 'length' }),
    'no instruction has',
  ],
  [
    'an update of no state',
    ({ entry }) => (entry['updates'] = { v: 4 }),
    'no such state is declared',
  ],
  [
    'an update of another type',
    ({ entry }) => (entry['updates'] = { w: 2 }),
    'its new value is f32[B, 2]',
  ],
  ['a guard that is no scalar', ({ entry }) => (entry['guard'] = 4), 'must be a float scalar'],
  [
    'a guard that is not there',
    ({ entry }) => (entry['guard'] = null),
    'no instruction has the number null',
  ],
]

describe('verify', () => {
  it('accepts the program that the cases break', () => {
    expect(() => verify(small().program)).not.toThrow()
  })

  it.each(malformations)('refuses %s', (_, corrupt, message) => {
    const broken = small()
    corrupt(broken)
    expect(() => verify(broken.program)).toThrow(ProgramError)
    expect(() => verify(broken.program)).toThrow(message)
  })

  it.each([null, undefined, 1, 'program', [], () => 1])(
    'refuses %s in place of a program',
    (value) => {
      expect(() => verify(value)).toThrow('must be an object')
    },
  )

  it('lists all problems, each at its place', () => {
    const broken = small()
    broken.at(4)['primitive'] = 'addd'
    broken.at(5)['attributes'] = {}
    broken.program.maxBatch = -1
    expect(() => verify(broken.program)).toThrow(
      /program: maxBatch(.|\n)*"main" %4: (.|\n)*"main" %5 sum: axes/,
    )
  })

  it('counts what is too much to list', () => {
    const { program, entry } = small()
    entry['instructions'] = Array(1000).fill(null)
    entry['guard'] = undefined
    expect(() => verify(program)).toThrow(/and \d+ more/)
  })

  it.each([
    [0, true],
    // Core's initializers draw there: their programs could be run, but not saved and read.
    [-1, true],
    [2 ** 31 - 1, true],
    [2 ** 31, false],
    [0.5, false],
  ])('accepts a draw at the site %d: %s', (site, accepted) => {
    const ops = createOps(new Trace())
    const seed = ops.trace.source('state', 'seed', { dtype: 'i32', shape: [] })
    const step = ops.trace.source('state', 'step', { dtype: 'i32', shape: [2] })
    const drawn = ops.random(seed, step, seed, { site, shape: [3] })
    const program: Program = {
      version: 1,
      maxBatch: 1,
      inputs: {},
      state: {
        seed: { type: seed.type, kind: 'counter' },
        step: { type: step.type, kind: 'counter' },
      },
      entries: { main: ops.trace.entry({ drawn }) },
    }
    if (accepted) expect(() => programFromJson(programToJson(program))).not.toThrow()
    else expect(() => verify(program)).toThrow('site must be a whole number of 32 bits')
  })

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('accepts random program %i', (seed) => {
    expect(() => verify(randomProgram(seed))).not.toThrow()
  })
})

describe('programFromJson on hostile text', () => {
  const junk = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      -1,
      0,
      1,
      2 ** 31,
      1e300,
      0.5,
      '',
      'length',
      '__proto__',
      'NaN',
      [],
      {},
      [[]],
      true,
    ),
    fc.constantFrom<unknown>({ rows: 1e308 }, { rows: -1 }, [{ rows: 1 }], Array(40).fill(2 ** 40)),
    fc.jsonValue(),
  )

  /** Replaces what stands at a path chosen by `choices`; deletes it where `value` is undefined. */
  function corrupt(root: unknown, choices: readonly number[], value: unknown): void {
    let place = root as Record<string, unknown>
    for (const [depth, choice] of choices.entries()) {
      const keys = Object.keys(place)
      const key = keys[choice % Math.max(1, keys.length)]
      if (key === undefined) return
      const next = place[key]
      if (depth === choices.length - 1 || typeof next !== 'object' || next === null) {
        if (value === undefined) delete place[key]
        else place[key] = value
        return
      }
      place = next as Record<string, unknown>
    }
  }

  it('throws nothing but a ProgramError, whatever is put where', () => {
    const texts = [0, 1, 2].map((seed) => programToJson(randomProgram(seed, { extra: 0 })))
    let refused = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }),
        fc.option(junk, { nil: undefined }),
        (text, choices, value) => {
          const broken: unknown = JSON.parse(text)
          corrupt(broken, choices, value)
          try {
            programFromJson(broken)
          } catch (error) {
            refused++
            expect(error).toBeInstanceOf(ProgramError)
          }
        },
      ),
      { seed: 20240607, numRuns: 2000 },
    )
    expect(refused).toBeGreaterThan(1000)
  })

  it('survives any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => programFromJson(value)).toThrow(ProgramError)
      }),
      { seed: 7 },
    )
  })

  it('allocates nothing for a constant that says it is large', () => {
    const { program, at } = small()
    const shape = [2 ** 25, 2 ** 25]
    at(3)['attributes'] = { dtype: 'f32', shape, value: 1 }
    at(3)['type'] = { dtype: 'f32', shape }
    expect(() => programFromJson(program)).toThrow('needs two operands of one shape')
  })
})
