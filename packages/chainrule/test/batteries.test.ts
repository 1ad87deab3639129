/** The built-in plugins in two parts: a page begins with the one, and loads the other where a text needs it. */
import type { Plugin } from '@chainrule/core'
import { losses } from '@chainrule/losses'
import { metrics } from '@chainrule/metrics'
import { optimizers } from '@chainrule/optimizers'
import { expect, it } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { loadOtherPlugins, otherPluginNames } from '../src/plain-batteries.ts'

// Else a text that names one would be read without it.
it('the plugins that are not plain are named before they are loaded', async () => {
  const others = await loadOtherPlugins()
  expect(others.map(({ name }) => name)).toEqual(otherPluginNames)
})

// The other packages are registered as the lists that they are.
it.each<[string, readonly Plugin[]]>([
  ['losses', losses],
  ['metrics', metrics],
  ['optimizers', optimizers],
])('all %s are built in', (_, plugins) => {
  const registry = builtInRegistry()
  for (const plugin of plugins) expect(registry.find(plugin.kind, plugin.name)).toBe(plugin)
})
