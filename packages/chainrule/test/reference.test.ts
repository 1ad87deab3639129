/** `docs/reference.md`: every plugin that comes with Chainrule, from its code and the comment above it. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PluginKind, pluginKinds } from '@chainrule/core'
import { expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { argumentTable, documentOf, sourcesIn } from '../src/command/manifest-readme.ts'

const packages = fileURLToPath(new URL('../..', import.meta.url))
const registry = builtInRegistry()

const missing: string[] = []

const titles: Readonly<Record<string, string>> = {
  layer: 'Layers',
  activation: 'Activations',
  loss: 'Losses',
  optimizer: 'Optimizers',
  schedule: 'Schedules',
  initializer: 'Initializers',
  metric: 'Metrics',
}

/** Where the plugins of a kind are declared. */
function sourcesOf(kind: string): string {
  const folders = readdirSync(packages).filter((name) =>
    kind === 'layer'
      ? name.startsWith('layer-')
      : kind === 'schedule'
        ? name === 'optimizers'
        : name === plural(kind),
  )
  return folders.map((name) => sourcesIn(join(packages, name))).join('\n')
}

const plural = (kind: string): string => titles[kind]?.toLowerCase() ?? ''

function section(kind: PluginKind): string {
  const sources = sourcesOf(kind)
  // An activation is a layer too; it is told once.
  const names = registry
    .names(kind)
    .filter((name) => kind !== 'layer' || registry.find('activation', name) === undefined)
  const parts = names.map((name) => {
    const plugin = registry.find(kind, name)
    if (plugin === undefined) throw new Error(`no ${kind} ${name}`)
    const document = documentOf(sources, name)
    if (document === undefined && kind !== 'initializer') missing.push(`${kind} ${name}`)
    const equations = document === undefined ? '' : `\`\`\`text\n${document}\n\`\`\`\n\n`
    return `### \`${name}\`\n\n${plugin.summary}\n\n${equations}${argumentTable(plugin)}`
  })
  return `## ${titles[kind]}\n\n${parts.join('\n')}`
}

const head = `# Reference

Every layer, activation, loss, optimizer, schedule, initializer and metric that comes with Chainrule, from its code and the
comment above it (written by \`packages/chainrule/test/reference.test.ts\`). In a terminal: \`chainrule explain NAME\`. How they stand in a
text is in [the guide of the language](guide/language.md).

Arguments without \`=\` may stand by position, in this order, or by name; those with \`=\` by name. Every layer also takes
\`l1=\`, \`l2=\` and \`freeze=\`. In the equations h is what comes in, h' what goes out, B the rows of a batch, and eq. a number of
the paper.
`

test('is what the code says', async () => {
  const text = [
    head,
    ...pluginKinds.filter((kind) => titles[kind] !== undefined).map(section),
  ].join('\n')
  expect(missing).toEqual([])
  await expect(text).toMatchFileSnapshot('../../../docs/reference.md')
})
