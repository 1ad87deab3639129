/** A plugin has a name that a text can write beside ours, and that its code can have. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { directives, pluginKinds, reservedWords } from '@chainrule/core'
import { builtInRegistry } from 'chainrule/workbench'
import { afterAll, describe, expect, it } from 'vitest'
import { create, kinds } from '../src/index.ts'
import { takenNames } from '../src/taken-names.ts'

const home = mkdtempSync(join(tmpdir(), 'plugin-names-'))
afterAll(() => rmSync(home, { recursive: true }))

it('the kinds are those of core', () => {
  expect(kinds).toEqual(pluginKinds)
})

it('the taken names are those of Chainrule', () => {
  const registry = builtInRegistry()
  const ofKinds = kinds
    .filter((kind) => kind !== 'reader')
    .map((kind) => [kind, registry.names(kind).toSorted()])
  expect(takenNames).toEqual({
    ...Object.fromEntries(ofKinds),
    word: [...reservedWords, ...directives].sort(),
  })
})

describe('nothing is written', () => {
  it.each([
    ['metric', 'metric'],
    ['bytes', 'reader'],
  ] as const)('for the name %j of the %s, which its test has taken', (name, kind) => {
    expect(() => create({ name, kind, folder: join(home, 'refused') })).toThrow(
      `\`${name}\` cannot be the name of its constant`,
    )
  })

  it.each(['Me', 'a b/c', '@', '../up', '@@me'])('for the scope %j', (scope) => {
    const folder = join(home, 'refused')
    expect(() => create({ name: 'two', kind: 'layer', scope, folder })).toThrow(
      'is no scope of npm',
    )
    expect(existsSync(folder)).toBe(false)
  })

  const malformed = ['Two', 'two words', '2nd', 'two-', '../two', '']
  it.each<[string, string]>([
    ...malformed.map((name): [string, string] => [name, 'is no name of a plugin']),
    ['dense', '`dense` is a layer of Chainrule already'],
    ['adam', '`adam` is an optimizer of Chainrule already'],
    ['target', '`target` is a word of the language already'],
    ['class', '`class` cannot be the name of its constant in TypeScript'],
    ['await', '`await` cannot be the name of its constant in TypeScript'],
    ['define-layer', '`defineLayer` cannot be the name of its constant in TypeScript'],
    ['features-of', '`featuresOf` cannot be the name of its constant in TypeScript'],
  ])('for the name %j', (name, problem) => {
    const folder = join(home, 'refused')
    expect(() => create({ name, kind: 'layer', folder })).toThrow(problem)
    expect(existsSync(folder)).toBe(false)
  })
})
