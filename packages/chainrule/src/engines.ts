/** The built-in engines. Apart from the other batteries, as not every command runs something. */
import type { Engine } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'

/** The engines by the name that `--engine` takes; the first is the default. */
export const engines: readonly Engine[] = [engineWasm, engineJs]
