/** Names, arguments and their mistakes. */
import { describe, expect, test } from 'vitest'
import {
  boolean,
  type Configuration,
  configure,
  defineActivation,
  defineLayer,
  defineLoss,
  integer,
  listOf,
  number,
  type Plugin,
  type RawValue,
  Registry,
  word,
  zeros,
} from '../src/index.ts'
import { affine, descent, halving, meanError, squaredError } from './support/layers.ts'

const bend = defineActivation({
  name: 'bend',
  summary: 'x',
  arguments: { slope: number({ default: 0.1 }) },
  forward: (ops, g, { slope }) => ops.mul(g, slope),
})

const demo = {
  name: 'demo',
  arguments: { units: integer({ from: 1 }), kind: word(['same', 'valid'], { default: 'valid' }) },
  options: {
    bias: boolean({ default: true }),
    sizes: listOf(number({ above: 0 }), { default: [] }),
  },
}
const read = (positional: RawValue[], named: Record<string, RawValue> = {}): Configuration =>
  configure(demo, { positional, named }, new Registry())

describe('configure', () => {
  test('fills in defaults and reads by position and by name', () => {
    expect(read([3]).config).toEqual({ units: 3, kind: 'valid', bias: true, sizes: [] })
    expect(read([3, 'same'], { sizes: [1, 2] }).config).toEqual({
      units: 3,
      kind: 'same',
      bias: true,
      sizes: [1, 2],
    })
  })

  test.each([
    ['missing', [], {}, 'argument-missing', '`demo` needs `units`: a whole number from 1'],
    [
      'type',
      ['x'],
      {},
      'argument-type',
      '`units` of `demo` must be a whole number from 1, not `x`',
    ],
    [
      'range',
      [0],
      {},
      'argument-range',
      '`units` of `demo` must be a whole number from 1, not `0`',
    ],
    [
      'word',
      [1, 'sam'],
      {},
      'argument-word',
      '`kind` of `demo` must be one of `same`, `valid`, not `sam`',
    ],
    [
      'extra',
      [1, 'same', 5],
      {},
      'argument-extra',
      '`demo` takes only `units`, `kind` without a name, so `5` is too many; by name it also takes `bias=`, `sizes=`',
    ],
    [
      'unknown',
      [1],
      { bios: true },
      'argument-unknown',
      '`demo` has no argument `bios`: it takes `units`, `kind`, `bias`, `sizes`',
    ],
    [
      'twice',
      [1],
      { units: 2 },
      'argument-twice',
      '`units` of `demo` is given twice, by position and by name',
    ],
    [
      'list item',
      [1],
      { sizes: [1, 0] },
      'argument-range',
      '`sizes` of `demo` must be a list in `[ ]`, each item a number above 0, not `[1, 0]`',
    ],
  ] as const)('says what is wrong: %s', (_, positional, named, code, message) => {
    expect(read([...positional], named).problems).toMatchObject([{ code, message }])
  })

  test('a name of the prototype is no argument', () => {
    expect(read([1], { constructor: 1 }).problems).toMatchObject([{ code: 'argument-unknown' }])
  })
})

describe('the registry', () => {
  test('an activation is also a layer of its name', () => {
    const registry = new Registry([bend])
    expect(registry.find('layer', 'bend')?.kind).toBe('layer')
    expect(registry.make('activation', 'bend', { slope: 0.5 }).config).toEqual({ slope: 0.5 })
  })

  test('a name given twice is an error, never a silent override', () => {
    expect(() => new Registry([affine, affine])).toThrow('two plugins give the layer `affine`')
  })

  test.each(['loss', 'data', 'repeat'])('no layer may be called `%s`', (name) => {
    const layer = defineLayer({
      name,
      summary: 'x',
      shape: (_, [h]) => h,
      forward: (_ops, _, [h]) => ({ h, saved: {} }),
    })
    expect(() => new Registry([layer])).toThrow(/belongs to the language/)
  })

  test('no layer may declare a generic option as its own', () => {
    const layer = defineLayer({
      name: 'mine',
      summary: 'x',
      options: { freeze: boolean({ default: false }) },
      shape: (_, [h]) => h,
      forward: (_ops, _, [h]) => ({ h, saved: {} }),
    })
    expect(() => new Registry([layer])).toThrow(/`freeze`/)
  })

  const named = { name: 'mine', summary: 'x' }
  const same = { arguments: { same: boolean({ default: false }) } }
  test.each<[string, string, () => Plugin]>([
    ['a layer', 'same', () => ({ ...affine, options: same.arguments })],
    ['an activation', 'same', () => defineActivation({ ...named, ...same, forward: (_, g) => g })],
    [
      'a loss',
      'same',
      () =>
        defineLoss({
          ...named,
          target: 'number',
          options: same.arguments,
          forward: (ops, { f }) => ({ values: ops.sum(f, -1), saved: {} }),
        }),
    ],
    ['a loss', 'weight', () => ({ ...squaredError, options: { weight: number({ default: 1 }) } })],
    ['an optimizer', 'same', () => ({ ...descent, options: same.arguments })],
    ['a schedule', 'same', () => ({ ...halving, ...same })],
    ['an initializer', 'same', () => ({ ...zeros, ...same })],
    ['a metric', 'same', () => ({ ...meanError, ...same })],
  ])('%s may not declare `%s` as its own', (_, word, plugin) => {
    expect(() => new Registry([plugin()])).toThrow(
      `uses the word \`${word}\`, which belongs to the language`,
    )
  })

  test('an unknown plugin names those there are', () => {
    expect(() => new Registry([halving]).make('schedule', 'doubling')).toThrow(
      'no schedule is called `doubling`',
    )
  })
})
