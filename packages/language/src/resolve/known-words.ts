import type { Plugin, Registry } from '@chainrule/core'

const kinds = [
  ...(['layer', 'activation', 'loss', 'optimizer', 'schedule', 'initializer', 'metric'] as const),
  ...(['reader'] as const),
]
const ownWords = ['balanced', 'standard', 'minmax', 'none', 'best', 'last', 'random', 'ordered']

/** The words that mean something somewhere: names of plugins, and what their arguments take. */
export function knownWords(registry: Registry): Set<string> {
  const words = kinds.flatMap((kind) =>
    registry.names(kind).flatMap((name) => [name, ...argumentWords(registry.find(kind, name))]),
  )
  return new Set([...words, ...ownWords])
}

function argumentWords(plugin: Plugin | undefined): string[] {
  const fields = { ...plugin?.arguments, ...plugin?.options }
  return Object.values(fields).flatMap(({ schema }) => {
    const words = schema['enum']
    return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : []
  })
}
