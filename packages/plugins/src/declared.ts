/** What a plugin must have to be one, which `defineLayer` and its like give it; a literal by hand may lack anything. */
import type { Plugin } from '@chainrule/core'
import * as v from 'valibot'
import { problemIn, recordOf, written } from './record.ts'

const field = v.looseObject({
  required: v.string(),
  optional: v.boolean(),
  schema: recordOf(v.any()),
  parse: v.function(),
})

const common = {
  name: written,
  summary: v.string(),
  arguments: recordOf(field, written),
  options: recordOf(field, written),
}

const layer = v.looseObject({
  ...common,
  inputs: v.array(v.looseObject({ name: v.string() })),
  outputs: v.array(written),
  outputTypes: recordOf(v.string()),
  randomSlots: v.array(v.string()),
  joined: recordOf(v.any()),
  shape: v.function(),
  init: v.function(),
  statistics: v.function(),
  forward: v.function(),
  backward: v.optional(v.function()),
})

const configured = v.looseObject({ ...common, with: v.function() })

const targets = v.pipe(v.array(v.picklist(['number', 'class', 'binary'])), v.nonEmpty())

const schemas: Readonly<Record<Plugin['kind'], v.GenericSchema>> = {
  layer,
  activation: configured,
  loss: v.looseObject({ ...configured.entries, targets }),
  optimizer: v.looseObject({ ...configured.entries, style: v.picklist(['elementwise', 'driven']) }),
  schedule: configured,
  initializer: configured,
  metric: v.looseObject({
    ...configured.entries,
    targets,
    better: v.optional(v.picklist(['higher', 'lower'])),
  }),
  reader: configured,
}

/** What is wrong with something that says it is a plugin, behind its name; `undefined` where nothing is. */
export function wrongWithPlugin(plugin: Plugin): string | undefined {
  const { issues } = v.safeParse(schemas[plugin.kind], plugin)
  return issues === undefined ? undefined : problemIn(issues[0])
}
