import { defineReader, positiveInteger } from '@chainrule/core'
import { generatorDefaults, generators as made } from '@chainrule/data'
import { builtInRegistry } from 'chainrule/workbench'
import type { GeneratorInfo } from '../../src/index.ts'

/** As a plugin gives one that a text uses by `as p`. */
const sparse = defineReader({
  name: 'p.sparse',
  summary: 'Rows of LIBSVM.',
  arguments: { width: positiveInteger() },
  read: () => ({ x: [1] }),
})

/** The built-in plugins, and a reader. */
export const registry = builtInRegistry().register(sparse)

/** Those of `@chainrule/data`. */
export const generators: readonly GeneratorInfo[] = [...made.values()].map(({ name, about }) => ({
  ...{ name, about, defaults: generatorDefaults(name) },
}))
