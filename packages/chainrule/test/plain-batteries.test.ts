/** The built-in plugins in two parts: a page begins with the one, and loads the other where a text needs it. */
import { describe, expect, it } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { loadOtherPlugins, otherPluginNames, plainRegistry } from '../src/plain-batteries.ts'

const kinds = [
  ...(['layer', 'activation', 'loss', 'optimizer'] as const),
  ...(['schedule', 'initializer', 'metric', 'reader'] as const),
]

describe('the plugins that are not plain', () => {
  // Else a text that names one would be read without it.
  it('are named before they are loaded', async () => {
    const others = await loadOtherPlugins()
    expect(others.map(({ name }) => name)).toEqual(otherPluginNames)
  })

  it('are with the plain ones all that are built in', async () => {
    const registry = plainRegistry()
    for (const other of await loadOtherPlugins()) registry.register(other)
    const all = builtInRegistry()
    for (const kind of kinds)
      expect(registry.names(kind).toSorted()).toEqual(all.names(kind).toSorted())
  })
})
