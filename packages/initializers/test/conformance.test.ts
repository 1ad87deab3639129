/** Every initializer keeps the contract. */
import { engineJs } from '@chainrule/engine-js'
import { describeInitializer, type InitializerCase } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { initializers } from '../src/index.ts'

/** Beside those with nothing but defaults. */
const cases: Readonly<Record<string, readonly InitializerCase[]>> = {
  uniform: [{ options: { low: 1, high: 3 } }, { shape: [5] }],
  normal: [{ options: { mean: 5, deviation: 2 } }],
  constant: [{ arguments: [-0.25] }],
}

for (const plugin of initializers)
  describeInitializer({ describe, it }, plugin, {
    engines: [engineJs],
    cases: [...(plugin.name === 'constant' ? [] : [{}]), ...(cases[plugin.name] ?? [])],
  })
