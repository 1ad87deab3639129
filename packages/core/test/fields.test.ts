/** Fields as data: what a manifest keeps of them. */
import { describe, expect, test } from 'vitest'
import {
  activation,
  boolean,
  type Field,
  initializer,
  integer,
  listOf,
  number,
  optional,
  positiveInteger,
  type RawValue,
  rate,
  schedule,
  word,
} from '../src/index.ts'

type Make = (options: { default?: never }) => Field<unknown>

const makers: readonly [name: string, make: Make, value: RawValue][] = [
  ['integer', integer, 3],
  ['positiveInteger', positiveInteger, 3],
  ['number', number, 0.5],
  ['rate', rate, 0.5],
  ['boolean', boolean, false],
  ['word', (options) => word(['a', 'b'], options), 'b'],
  ['listOf', (options) => listOf(number(), options), [1, 2]],
  ['activation', activation, 'relu'],
  ['initializer', initializer, 'zeros'],
  ['schedule', schedule, { call: 'cosine', positional: [], named: { warmup: 5 } }],
]

describe('the schema of a field carries its default', () => {
  test.each(makers)('%s', (_, make, value) => {
    const field = make({ default: value as never })
    expect(field).toMatchObject({ default: value, optional: true })
    expect(field.schema).toHaveProperty('default', value)
  })

  test.each(makers)('%s has none of its own', (_, make) => {
    const field = make({})
    expect(field).toMatchObject({ default: undefined, optional: false })
    expect(field.schema).not.toHaveProperty('default')
  })

  test.each(makers)('%s that is optional has none', (_, make, value) => {
    const field = optional(make({ default: value as never }))
    expect(field).toMatchObject({ default: undefined, optional: true })
    expect(field.schema).not.toHaveProperty('default')
  })
})
