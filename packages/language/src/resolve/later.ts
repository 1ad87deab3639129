import type { PluginKind } from '@chainrule/core'

/** What edition 1 describes and this version does not bring: naming it says so instead of "unknown", and what to do. */

const layers: Readonly<Record<string, string>> = {
  attention: 'use `gru`, or give every step as columns of its own and use `dense`',
}

const words: Partial<Record<PluginKind, Readonly<Record<string, string>>>> = {
  layer: layers,
}

export const comesLater = (kind: PluginKind, name: string): boolean =>
  Object.hasOwn(words[kind] ?? {}, name)

/** What to write until then. */
export const untilThen = (kind: PluginKind, name: string): string => words[kind]?.[name] ?? ''

export const laterLayers = (): readonly string[] => Object.keys(layers)

export const laterWords = (): string[] => Object.values(words).flatMap((each) => Object.keys(each))
