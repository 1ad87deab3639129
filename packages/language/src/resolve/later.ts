import type { PluginKind } from '@chainrule/core'

/** What edition 1 describes and this version does not bring: naming it says so instead of "unknown". */
const words: Partial<Record<PluginKind, readonly string[]>> = {
  layer: [
    ...['add', 'attention', 'average-pool', 'batch-norm', 'concat', 'conv', 'conv-transpose'],
    ...['dropout', 'embed', 'flatten', 'global-pool', 'gru', 'identity', 'layer-norm', 'lstm'],
    ...['max-pool', 'multiply', 'norm', 'reshape', 'rnn', 'upsample'],
  ],
  metric: ['auc', 'confusion', 'f1', 'precision', 'recall', 'top-k'],
  optimizer: ['lbfgs', 'lion'],
}

export function comesLater(kind: PluginKind, name: string): boolean {
  return words[kind]?.includes(name) ?? false
}

export const laterLayers = (): readonly string[] => words.layer ?? []

export const laterWords = (): string[] => Object.values(words).flat()
