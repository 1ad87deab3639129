/** The batteries: every built-in plugin, in two parts for pages. The engines are in `engines.ts`. */
import { Registry } from '@chainrule/core'
import { otherPlugins } from './other-batteries.ts'
import { plainPlugins } from './plain-batteries.ts'

/** A registry of its own with every built-in plugin; add yours with `register`. */
export function builtInRegistry(): Registry {
  return new Registry([...plainPlugins, ...otherPlugins])
}
