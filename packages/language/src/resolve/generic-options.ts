import { boolean, type LayerInstance, number, optional } from '@chainrule/core'
import type { Argument, Span } from '../ast.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { readArguments } from './plugins.ts'

/** Options that every layer takes beside its own, and every block, `repeat` and `residual` for all layers within. */
export const genericFields = {
  l1: optional(number({ from: 0 })),
  l2: optional(number({ from: 0 })),
  freeze: optional(boolean()),
}

export type Generic = Pick<LayerInstance, 'l1' | 'l2' | 'freeze'>

interface Config extends Readonly<Record<string, unknown>> {
  readonly l1?: unknown
  readonly l2?: unknown
  readonly freeze?: unknown
}

/** A layer's configuration and what every layer takes, apart. What the braces around it say holds where it says nothing. */
export function genericOptions(
  { l1, l2, freeze, ...own }: Config,
  around: Generic = {},
): { readonly own: Config; readonly generic: Generic } {
  return {
    own,
    generic: {
      ...around,
      ...(typeof l1 === 'number' ? { l1 } : {}),
      ...(typeof l2 === 'number' ? { l2 } : {}),
      ...(typeof freeze === 'boolean' ? { freeze } : {}),
    },
  }
}

/** The options of `repeat 4 freeze=true { … }`; `undefined` where one is wrong, which was said. */
export function bracesOptions(
  name: string,
  options: readonly Argument[],
  span: Span,
  around: Generic | undefined,
  context: Context,
): Generic | undefined {
  const subject = { name, arguments: {}, options: genericFields }
  const { config } = readArguments(subject, given(options), span, context)
  return config === undefined ? undefined : genericOptions(config, around).generic
}
