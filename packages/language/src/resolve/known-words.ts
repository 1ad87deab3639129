import type { Plugin, Registry } from '@chainrule/core'
import { comesLater } from './later.ts'

const kinds = [
  ...(['layer', 'activation', 'loss', 'optimizer', 'schedule', 'initializer', 'metric'] as const),
]
const ownWords = ['standard', 'minmax', 'none', 'best', 'last', 'random', 'ordered']

/** Whether a word means something somewhere: the name of a plugin, or one that an argument takes. */
export function isKnownWord(word: string, registry: Registry): boolean {
  return (
    kinds.some(
      (kind) =>
        comesLater(kind, word) ||
        registry.find(kind, word) !== undefined ||
        registry.names(kind).some((name) => takesWord(registry.find(kind, name), word)),
    ) || ownWords.includes(word)
  )
}

function takesWord(plugin: Plugin | undefined, word: string): boolean {
  const fields = { ...plugin?.arguments, ...plugin?.options }
  return Object.values(fields).some(({ schema }) => {
    const words = schema['enum']
    return Array.isArray(words) && words.includes(word)
  })
}
