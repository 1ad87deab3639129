import { boolean, type LayerInstance, number, optional } from '@chainrule/core'

/** Options that every layer takes beside its own. */
export const genericFields = {
  l1: optional(number({ from: 0 })),
  l2: optional(number({ from: 0 })),
  freeze: optional(boolean()),
}

interface Config extends Readonly<Record<string, unknown>> {
  readonly l1?: unknown
  readonly l2?: unknown
  readonly freeze?: unknown
}

/** A layer's configuration and what every layer takes, apart. */
export function genericOptions({ l1, l2, freeze, ...own }: Config): {
  readonly own: Config
  readonly generic: Pick<LayerInstance, 'l1' | 'l2' | 'freeze'>
} {
  return {
    own,
    generic: {
      ...(typeof l1 === 'number' ? { l1 } : {}),
      ...(typeof l2 === 'number' ? { l2 } : {}),
      ...(typeof freeze === 'boolean' ? { freeze } : {}),
    },
  }
}
