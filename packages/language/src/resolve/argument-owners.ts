import type { Registry } from '@chainrule/core'
import { stopSubject, trainSubject, usualOptimizer } from './training.ts'

/**
 * The beginning of the statement that takes an argument of this name: `train epochs=` for `epochs`, and for `batch_size` too
 * `train batch=`.
 */
export function statementWith(argument: string, registry: Registry): string | undefined {
  const [start = ''] = argument.split(/[-_]/)
  for (const name of [argument, start]) {
    for (const { name: directive, options } of [trainSubject, stopSubject])
      if (Object.hasOwn(options, name)) return `${directive} ${name}=`
    const usual = usualOptimizer(registry)?.name
    const optimizers = [...(usual === undefined ? [] : [usual]), ...registry.names('optimizer')]
    const optimizer = optimizers.find((each) => {
      const plugin = registry.find('optimizer', each)
      return plugin !== undefined && Object.hasOwn(plugin.options, name)
    })
    if (optimizer !== undefined) return `optimizer ${optimizer} ${name}=`
  }
  return undefined
}
