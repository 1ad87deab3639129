/** Schedules, initializers and readers that are wrong. */
import {
  defineInitializer,
  defineReader,
  defineSchedule,
  fileInvalid,
  number,
  positiveInteger,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import {
  checkInitializer,
  checkReader,
  checkSchedule,
  describeReader,
  type Finding,
  formatFinding,
} from '../src/index.ts'

const engines = [engineJs] as const
const checksIn = (findings: readonly Finding[]) => findings.map(({ check }) => check)

describe('a schedule', () => {
  type Rate = Parameters<typeof defineSchedule>[0]['rate']
  const check = (rate: Rate) =>
    checkSchedule(defineSchedule({ name: 'falling', summary: 'Falls.', rate }), { engines })

  /** η (1 − t / T), not below 0. */
  const fall: Rate = (ops, { base, step, total }) =>
    ops.mul(base, ops.maximum(ops.sub(1, ops.div(step, total)), 0))

  it.each<[string, Rate]>([
    ['falls', fall],
    ['looks at nothing', (ops) => ops.constant(0.1)],
  ])('that is right, and %s, has no findings', async (_, rate) => {
    expect((await check(rate)).map(formatFinding)).toEqual([])
  })

  it.each<[string, string, Rate]>([
    [
      'falls below 0 behind the end',
      'rates',
      (ops, { base, step, total }) => ops.mul(base, ops.sub(1, ops.div(step, total))),
    ],
    [
      'divides by the updates that are done',
      'rates',
      (ops, { base, step }) => ops.div(base, ops.sqrt(step)),
    ],
    [
      'looks at other updates',
      'rows',
      (ops, context) => ops.mul(fall(ops, context, {}), ops.sum(context.epoch)),
    ],
  ])('that %s is found by `%s`', async (_, name, rate) => {
    expect(checksIn(await check(rate))).toContain(name)
  })

  it('whose option may be 0 and is divided by is found by `options`', async () => {
    const loose = defineSchedule({
      name: 'loose',
      summary: 'Divides.',
      options: { over: number({ default: 2 }) },
      rate: (ops, { base }, { over }) => ops.div(base, over),
    })
    expect(checksIn(await checkSchedule(loose, { engines }))).toContain('options')
  })
})

describe('an initializer', () => {
  type Sample = Parameters<typeof defineInitializer>[0]['sample']
  const check = (sample: Sample) =>
    checkInitializer(defineInitializer({ name: 'drawn', summary: 'Draws.', sample }), { engines })

  const right: Sample = (ops, { shape, fanIn, random }) =>
    ops.mul(random.normal(shape), 1 / Math.sqrt(fanIn))

  it('that is right has no findings', async () => {
    expect((await check(right)).map(formatFinding)).toEqual([])
  })

  let count = 0
  it.each<[string, string, Sample]>([
    [
      'draws nothing that it has drawn',
      'init',
      (ops, { shape, random }) => ops.mul(random.uniform(shape), 0),
    ],
    ['has a pole', 'init', (ops, { shape }) => ops.div(1, ops.constant(0, { shape }))],
    ['counts', 'determinism', (ops, { shape }) => ops.constant(count++, { shape })],
    ['is of another shape', 'init', (_, { random }) => random.uniform([2])],
  ])('that %s is found by `%s`', async (_, name, sample) => {
    expect(checksIn(await check(sample))).toContain(name)
  })

  it('whose option may be 0 and is divided by is found by `options`', async () => {
    const loose = defineInitializer({
      name: 'loose',
      summary: 'Divides.',
      arguments: { over: number({ default: 2 }) },
      sample: (ops, { shape }, { over }) => ops.div(ops.constant(1, { shape }), over),
    })
    expect(checksIn(await checkInitializer(loose, { engines }))).toContain('options')
  })
})

/** Numbers between spaces, so many a line. */
const table = (read?: (rows: string[][], width: number) => Record<string, number[]>) =>
  defineReader({
    name: 'table',
    summary: 'Numbers between spaces.',
    arguments: { width: positiveInteger() },
    read: ({ name, bytes }, { width }) => {
      const rows = new TextDecoder()
        .decode(bytes)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(' '))
      if (read !== undefined) return read(rows, width)
      if (rows.length === 0) throw fileInvalid(name, 'no line has a number')
      rows.forEach((row, i) => {
        if (row.length !== width) throw fileInvalid(name, `line ${i + 1}: not ${width} numbers`)
        if (row.some((cell) => cell === '' || Number.isNaN(Number(cell))))
          throw fileInvalid(name, `line ${i + 1}: no number`)
      })
      return { x: rows.map(([x]) => Number(x)), sum: rows.map((row) => row.length) }
    },
  })

const files = {
  cases: [{ arguments: [2], file: '1 2\n3 4\n', columns: { x: [1, 3], sum: [2, 2] } }],
  refuses: [
    { arguments: [2], file: '1 2\n3\n', says: 'line 2: not 2 numbers' },
    { arguments: [2], file: '', says: 'no line' },
  ],
}

describeReader({ describe, it }, table(), files)

describe('a reader', () => {
  it('that is right has no findings', () => {
    expect(checkReader(table(), files).map(formatFinding)).toEqual([])
  })

  let calls = 0
  it.each<[string, string, (rows: string[][], width: number) => Record<string, number[]>]>([
    ['reads the column beside', 'columns', (rows) => ({ x: rows.map((row) => Number(row[1])) })],
    [
      'takes what is not there',
      'broken',
      (rows) => ({ x: rows.map((row) => row[1]?.length ?? fail()) }),
    ],
    ['gives columns of two lengths', 'broken', (rows) => ({ x: rows.map(() => 1), sum: [1, 2] })],
    ['counts', 'determinism', (rows) => ({ x: rows.map(() => calls++) })],
    [
      'takes any width',
      'options',
      (rows, width) => ({ x: rows.map((row) => row[width - 1]?.length ?? fail()) }),
    ],
  ])('that %s is found by `%s`', (_, name, read) => {
    expect(checksIn(checkReader(table(read), files))).toContain(name)
  })

  it('that changes the bytes is found by `untouched`', () => {
    const changing = defineReader({
      name: 'changing',
      summary: 'x',
      read: ({ bytes }) => ({ x: [...bytes.fill(1)] }),
    })
    const findings = checkReader(changing, { cases: [{ file: 'ab', columns: { x: [1, 1] } }] })
    expect(checksIn(findings)).toContain('untouched')
  })

  it('that refuses with other words, or not at all, is found', () => {
    const says = ['line 9', 'line 1'].map((words) => ({
      arguments: [2],
      file: '1 2\n',
      says: words,
    }))
    const broken = { arguments: [2], file: '1\n', says: 'line 9' }
    expect(
      checkReader(table(), { ...files, refuses: [...says, broken] }).map(({ problem }) => problem),
    ).toEqual([
      'it is read, and not refused',
      'it is read, and not refused',
      'it is refused with other words: file: line 1: not 2 numbers',
    ])
  })

  it('is checked with a file at least', () => {
    expect(() => checkReader(table(), { cases: [] })).toThrow('is given no cases')
  })
})

function fail(): never {
  throw new TypeError('nothing there')
}
