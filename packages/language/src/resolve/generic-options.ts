import { boolean, type LayerInstance, number, optional } from '@chainrule/core'

/** Options that every layer takes beside its own. */
export const genericFields = {
  l1: optional(number({ from: 0 })),
  l2: optional(number({ from: 0 })),
  freeze: optional(boolean()),
}

type Config = Readonly<Record<string, unknown>>

/** A layer's configuration and what every layer takes, apart. */
export function genericOptions(config: Config): {
  readonly own: Config
  readonly generic: Pick<LayerInstance, 'l1' | 'l2' | 'freeze'>
} {
  const entries = Object.entries(config)
  const isGeneric = (name: string): boolean => Object.hasOwn(genericFields, name)
  return {
    own: Object.fromEntries(entries.filter(([name]) => !isGeneric(name))),
    generic: Object.fromEntries(
      entries.filter(([name, value]) => isGeneric(name) && value !== undefined),
    ),
  }
}
