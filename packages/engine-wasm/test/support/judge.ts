/**
 * Expressions computed by engine-wasm and by the reference engine on the same inputs, each output compared.
 *
 * Exact means: the same number by `Object.is`, so that −0 is not 0; any NaN is any other.
 */
import { engineJs } from '@chainrule/engine-js'
import {
  allocate,
  createOps,
  type DType,
  type Engine,
  type Executable,
  isFloat,
  type Ops,
  type Program,
  type Shape,
  sizeAt,
  type Tensor,
  type TensorType,
  Trace,
  type Values,
} from '@chainrule/program'
import { expect } from 'vitest'

/** Element `i` of an input. */
export type Numbers = (i: number) => number

/** A recording of one entry `run` whose inputs are made, with their elements, as it goes on. */
export class Recording {
  readonly ops: Ops
  readonly maxBatch: number
  readonly inputs: Record<string, TensorType> = {}
  readonly values: Record<string, Values> = {}

  constructor(maxBatch: number, float: 'f32' | 'f64') {
    this.ops = createOps(new Trace(float))
    this.maxBatch = maxBatch
  }

  input(dtype: DType, shape: Shape, numbers: Numbers): Tensor {
    const name = `x${Object.keys(this.inputs).length}`
    const type = { dtype, shape }
    this.inputs[name] = type
    this.values[name] = allocate(dtype, sizeAt(shape, this.maxBatch)).map((_, i) => numbers(i))
    return this.ops.trace.source('input', name, type)
  }
}

export interface Question {
  readonly maxBatch?: number
  /** The numbers of rows to run with. */
  readonly rows?: readonly number[]
  readonly float?: 'f32' | 'f64'
  readonly record: (recording: Recording) => Readonly<Record<string, Tensor>>
}

/** What both engines gave for one output. */
export interface Answer {
  readonly name: string
  readonly rows: number
  readonly found: Values
  readonly expected: Values
}

export function compiled(engine: Engine, program: Program): Executable {
  const executable = engine.compile(program)
  if (executable instanceof Promise) throw new Error('an engine that compiles later')
  return executable
}

/** The outputs of a recorded expression by both engines. */
export function ask(engine: Engine, question: Question): Answer[] {
  const { maxBatch = 4, rows = [maxBatch], float = 'f32', record } = question
  const recording = new Recording(maxBatch, float)
  const outputs = record(recording)
  const { inputs, values, ops } = recording
  const entries = { run: ops.trace.entry(outputs) }
  const program: Program = { version: 1, maxBatch, inputs, state: {}, entries }
  const [mine, judge] = [engine, engineJs].map((each) => compiled(each, program))
  if (mine === undefined || judge === undefined) throw new Error('no engines')
  const answers: Answer[] = []
  for (const count of rows) {
    for (const executable of [mine, judge]) {
      for (const [name, elements] of Object.entries(values)) executable.input(name).set(elements)
      executable.run('run', count)
    }
    for (const name of Object.keys(outputs)) {
      const [found, expected] = [mine, judge].map((each) => each.output('run', name).slice())
      if (found && expected) answers.push({ name, rows: count, found, expected })
    }
  }
  mine.dispose()
  judge.dispose()
  return answers
}

const same = (x: number, y: number): boolean =>
  Object.is(x, y) || (Number.isNaN(x) && Number.isNaN(y))

/** How many float32 numbers lie between two, one of them included; infinite from NaN to a number and from 0 to −0. */
export function steps(x: number, y: number): number {
  if (same(x, y)) return 0
  const distance = Math.abs(ordinal(x) - ordinal(y))
  return Number.isNaN(distance) || distance === 0 ? Number.POSITIVE_INFINITY : distance
}

/** The place of a float32 among all in order; both zeros at 0, NaN nowhere. */
function ordinal(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  const [bits = 0] = new Int32Array(Float32Array.of(x).buffer)
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}

/** What is wrong with an answer, at its first wrong element; undefined where nothing is. */
export function mistake(
  { name, rows, found, expected }: Answer,
  isWrong: (x: number, y: number) => boolean = (x, y) => !same(x, y),
): string | undefined {
  const about = `${name}, ${rows} rows`
  if (found.length !== expected.length) {
    return `${about}: ${found.length} elements instead of ${expected.length}`
  }
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [found[i] as number, expected[i] as number]
    if (isWrong(x, y)) return `${about}: element ${i} is ${x} instead of ${y}`
  }
  return undefined
}

/** Both engines give the same to the bit. */
export function expectSame(engine: Engine, question: Question): void {
  expect(ask(engine, question).flatMap((answer) => mistake(answer) ?? [])).toEqual([])
}

/** The same numbers; zeros may differ in their sign. */
export function expectEqual(engine: Engine, question: Question): void {
  const isWrong = (x: number, y: number): boolean => x !== y && !same(x, y)
  expect(ask(engine, question).flatMap((answer) => mistake(answer, isWrong) ?? [])).toEqual([])
}

/** Sums are added in another order: apart from that by so much of 1 + the sum of magnitudes. */
export const sumTolerance = { f32: 2e-6, f64: 1e-14 } as const

/** Both engines give the same within the tolerance of sums; infinities and NaN are the same. */
export function expectClose(engine: Engine, question: Question, scale = 1): void {
  const { float = 'f32' } = question
  const tolerance = sumTolerance[float] * scale
  const isWrong = (x: number, y: number): boolean =>
    !same(x, y) && !(Math.abs(x - y) <= tolerance * (1 + Math.abs(y)))
  const wrong = ask(engine, question).flatMap((answer) => mistake(answer, isWrong) ?? [])
  expect(wrong).toEqual([])
}

/** Numbers of a dtype, the ends of its range and what is special in it among them. */
export const specials: Readonly<Record<DType, readonly number[]>> = {
  f32: [
    ...[0, 1, -1, 0.5, -2.5, 3, 7.75, -100.25, 1e-3].flatMap((x) => [x, -x]),
    ...[2 ** -149, -(2 ** -149), 2 ** -127, -(2 ** -126), 3.4028234663852886e38],
    ...[-3.4028234663852886e38, 2 ** 31, -(2 ** 31), 2 ** 24 + 1, 88, -104, 255.5, 256],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  ],
  f64: [
    ...[0, 1, -1, 0.5, -2.5, 3, 7.75, -100.25, 1e-3].flatMap((x) => [x, -x]),
    ...[Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1030, Number.MAX_VALUE, -Number.MAX_VALUE],
    ...[2 ** 31 - 0.5, -(2 ** 31) - 0.5, 2 ** 53 - 1, 1e39, 1e-46, 709, -746, 255.9, 256],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  ],
  i32: [0, 1, -1, 2, -3, 255, 256, 65_536, -65_537, 46_341, 2_147_483_647, -2_147_483_648],
  bool: [0, 1, 1, 0, 0],
  u8: [0, 1, 2, 127, 128, 200, 255],
}

/** Every special number in turn, begun at another place for another `salt`. */
export function special(dtype: DType, salt = 0): Numbers {
  const pool = specials[dtype]
  // A step that has no factor in common with the length meets all of them.
  const step = [7, 5, 11, 13].find((candidate) => pool.length % candidate !== 0) ?? 1
  return (i) => pool[(i * step + salt * 17 + Math.floor(i / pool.length)) % pool.length] ?? 0
}

/** Numbers without special ones, so that sums mean something: multiples of 1/256 between −4 and 4, or small integers. */
export function plain(dtype: DType, salt = 0): Numbers {
  const word = (i: number): number => (Math.imul(i + 1, 0x9e3779b1) ^ (salt * 0x85ebca6b)) >>> 0
  return (i) => {
    const bits = Math.imul(word(i) ^ (word(i) >>> 15), 0x2c1b3c6d) >>> 0
    if (isFloat(dtype)) return ((bits >>> 9) % 2048) / 256 - 4
    return dtype === 'bool' ? (bits >>> 9) & 1 : (bits >>> 9) % 200
  }
}
