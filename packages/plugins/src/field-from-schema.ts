/** From the JSON Schema of an argument, as a field describes itself, back to a field that reads and refuses the same. */
import {
  activation,
  boolean,
  type Field,
  initializer,
  integer,
  listOf,
  number,
  optional,
  type RawValue,
  schedule,
  word,
} from '@chainrule/core'

export type Schema = Readonly<Record<string, unknown>>

/** The field of a schema; `isRequired` is false where nothing stands for it when it is left out. */
export function fieldFrom(schema: Schema, isRequired: boolean): Field<unknown> {
  const field = known(schema) ?? anything(schema)
  return isRequired || field.default !== undefined ? field : optional(field)
}

function known(schema: Schema): Field<unknown> | undefined {
  const fallback = schema['default'] as never
  const given = fallback === undefined ? {} : { default: fallback }
  if (Array.isArray(schema['enum']) && schema['enum'].every((each) => typeof each === 'string'))
    return word(schema['enum'] as string[], given)
  switch (schema['kind']) {
    case 'activation':
      return activation(given)
    case 'initializer':
      return initializer(given)
    case 'schedule':
      return schedule(given)
  }
  switch (schema['type']) {
    case 'integer':
      return integer({ ...range(schema), ...given })
    case 'number':
      return number({ ...range(schema), ...given })
    case 'boolean':
      return boolean(given)
    case 'array': {
      const items = schema['items']
      const item = typeof items === 'object' && items !== null ? (items as Schema) : {}
      return listOf(fieldFrom(item, true), given)
    }
  }
  return undefined
}

const limits = {
  minimum: 'from',
  maximum: 'to',
  exclusiveMinimum: 'above',
  exclusiveMaximum: 'below',
} as const

function range(schema: Schema): Record<string, number> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([key, name]) =>
      typeof schema[key] === 'number' ? [[name, schema[key] as number]] : [],
    ),
  )
}

/** For a schema of a plugin's own making: what it takes is known when its code runs. */
function anything(schema: Schema): Field<unknown> {
  const fallback = schema['default'] as RawValue | undefined
  return {
    required: typeof schema['description'] === 'string' ? schema['description'] : 'a value',
    default: fallback,
    optional: fallback !== undefined,
    schema,
    parse: (value) => ({ ok: true, value }),
  }
}
