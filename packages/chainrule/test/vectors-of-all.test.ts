/** Which built-in plugins have numbers of a framework beside them, and that none is without. */
import { vectors } from '@chainrule/testing-vectors'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'

const registry = builtInRegistry()

const ofFile = (...names: Parameters<typeof vectors>[0][]): string[] =>
  names.flatMap((name) =>
    vectors(name).cases.flatMap((recorded) => {
      if ('layer' in recorded) return recorded.layer
      return 'name' in recorded ? recorded.name : []
    }),
  )

/** A name for the cases of a file that is about one plugin alone. */
const oneOf = (name: string, file: Parameters<typeof vectors>[0]): string[] =>
  vectors(file).cases.map(() => name)

const recorded = {
  layer: [
    ...oneOf('dense', 'dense'),
    ...oneOf('embed', 'embeddings'),
    ...oneOf('positional', 'positions'),
    ...oneOf('attention', 'attention'),
    ...ofFile('convolutions', 'pools', 'norms', 'merges', 'noises', 'recurrent'),
    // Each is the layer of its activation.
    ...ofFile('activations'),
  ],
  activation: ofFile('activations'),
  loss: ofFile('losses'),
  optimizer: [...ofFile('optimizers'), ...oneOf('lbfgs', 'lbfgs')],
  metric: ofFile('metrics'),
  schedule: ofFile('schedules'),
  initializer: ofFile('initializers'),
} as const

/** Initializers that no framework's numbers could say more about. */
const withoutNumbers: Readonly<Record<string, string>> = {
  zeros: 'one number',
  ones: 'one number',
  constant: 'one number, which the text gives',
  uniform: 'the text gives the bounds',
  normal: 'the text gives the deviation',
  glorot: 'another name of glorot-uniform',
  he: 'another name of he-normal',
  lecun: 'another name of lecun-normal',
}

describe.each(Object.keys(recorded) as (keyof typeof recorded)[])('every %s', (kind) => {
  test('has cases of PyTorch or scikit-learn, or a reason why not', () => {
    const without = registry
      .names(kind)
      .filter((name) => !recorded[kind].includes(name))
      .filter((name) => kind !== 'initializer' || withoutNumbers[name] === undefined)
    expect(without, 'record it: see packages/testing-vectors').toEqual([])
  })

  test('that is recorded is there', () => {
    const names = registry.names(kind)
    expect(recorded[kind].filter((name) => !names.includes(name))).toEqual([])
  })
})

test('what is said to need no numbers is there, and has none', () => {
  const names = registry.names('initializer')
  expect(Object.keys(withoutNumbers).filter((name) => !names.includes(name))).toEqual([])
  const all = new Set<string>(recorded.initializer)
  expect(Object.keys(withoutNumbers).filter((name) => all.has(name))).toEqual([])
})
