/** Our engine, as `--engine` and `--threads` ask for it. */
import type { Engine } from '@chainrule/core'
import { chooseEngine } from 'chainrule'

/** The engine of that name, or the default one, on so many threads. Throws where there is none. */
export function engineNamed(name?: string, threads = 1): Engine {
  return chooseEngine({
    ...(name === undefined ? {} : { engine: name }),
    ...(threads === 1 ? {} : { threads }),
  })
}
