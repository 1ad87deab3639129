/** Our engines by name, as `--engine` takes them. */
import type { Engine } from '@chainrule/core'
import { engines } from 'chainrule'

/** What an engine has beside where it can run on several threads: itself with so many. */
interface Threaded extends Engine {
  withThreads(count: number): Engine
}

/** The engine of that name, or the default one, on so many threads. */
export function engineNamed(name?: string, threads = 1): Engine {
  const engine = name === undefined ? engines[0] : engines.find((each) => each.name === name)
  if (engine === undefined) {
    const known = engines.map((each) => each.name).join(', ')
    throw new Error(`there is no engine \`${name}\`; there is ${known}`)
  }
  if (threads === 1) return engine
  if (isThreaded(engine)) return engine.withThreads(threads)
  throw new Error(`the engine \`${engine.name}\` runs on one thread; leave out --threads`)
}

function isThreaded(engine: Engine): engine is Threaded {
  return 'withThreads' in engine
}
