import { describe, expect, it } from 'vitest'
import {
  B,
  createOps,
  type Entry,
  type Program,
  programFromJson,
  programToJson,
  Trace,
} from '../src/index.ts'
import { randomProgram } from './support/random-program.ts'

const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, 0.1]

function programOf(main: Entry, inputs: Program['inputs'] = {}): Program {
  return { version: 1, maxBatch: 4, inputs, state: {}, entries: { main } }
}

describe('a program as JSON', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'comes back equal: random program %i',
    (seed) => {
      const program = randomProgram(seed)
      expect(programFromJson(programToJson(program))).toEqual(program)
    },
  )

  it('keeps the numbers that JSON has no spelling for', () => {
    const ops = createOps(new Trace())
    const list = ops.constant(odd)
    const padded = odd.map((value) => ops.pad(list, [1], [0], value))
    const splat = odd.map((value) => ops.constant(value, { shape: [B] }))
    const outputs = [list, ...padded, ...splat].map((tensor, i) => [`o${i}`, tensor] as const)
    const program = programOf(ops.trace.entry(Object.fromEntries(outputs)))
    const back = programFromJson(programToJson(program))
    // `toEqual` holds NaN to be equal to NaN, and 0 to be different from -0.
    expect(back).toEqual(program)
    expect(back.entries['main']?.instructions[0]?.attributes).toMatchObject({ value: odd })
  })

  it('keeps sizes in rows as they are', () => {
    const ops = createOps(new Trace())
    const type = { dtype: 'f32', shape: [{ rows: 2 }, 3] } as const
    const x = ops.trace.source('input', 'x', type)
    const text = programToJson(programOf(ops.trace.entry({ x }), { x: type }))
    expect(JSON.parse(text)).toMatchObject({ inputs: { x: { shape: [{ rows: 2 }, 3] } } })
  })

  it('takes parsed JSON as well as its text, and does not change it', () => {
    const parsed: unknown = JSON.parse(programToJson(randomProgram(1)))
    const before = JSON.stringify(parsed)
    expect(programFromJson(parsed)).toEqual(randomProgram(1))
    expect(JSON.stringify(parsed)).toBe(before)
  })

  it('keeps entry and state names whatever they are', () => {
    const ops = createOps(new Trace())
    const entry = ops.trace.entry({ 'a "b"\n': ops.constant(1) })
    const program = { ...programOf(entry), entries: { constructor: entry, 'é/1': entry } }
    expect(programFromJson(programToJson(program))).toEqual(program)
  })

  it.each([
    ['{', 'this is no JSON text'],
    ['"program"', 'must be an object'],
    ['['.repeat(100_000), 'this is no JSON text'],
    [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'must be an object'],
    ['{"version": 1}', 'maxBatch must be'],
  ])('refuses the text of case %#', (text, message) => {
    expect(() => programFromJson(text)).toThrow(message)
  })

  it('takes only its own spellings for a number', () => {
    const program = programOf(createOps(new Trace()).trace.entry({}))
    const constant = (value: unknown): unknown => ({
      ...program,
      entries: {
        main: {
          outputs: {},
          updates: {},
          instructions: [
            {
              primitive: 'constant',
              operands: [],
              attributes: { dtype: 'f32', shape: [], value },
              type: { dtype: 'f32', shape: [] },
            },
          ],
        },
      },
    })
    expect(() => programFromJson(constant('NaN'))).not.toThrow()
    for (const value of ['1', 'nan', '', null, true]) {
      expect(() => programFromJson(constant(value))).toThrow('value must be a number')
    }
  })
})
