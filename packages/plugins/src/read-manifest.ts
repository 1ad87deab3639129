/** Reads a manifest that a package brings, which may hold anything. */
import * as v from 'valibot'
import { manifestInvalid, wrongApi } from './errors.ts'
import { apiVersion, type Manifest } from './manifest.ts'
import { isRecord, problemIn, recordOf, written } from './record.ts'

/** A value as a text has it. */
const raw: v.GenericSchema = v.lazy(() =>
  v.union([v.string(), v.number(), v.boolean(), v.array(raw), call]),
)
const call = v.object({ call: written, positional: v.array(raw), named: recordOf(raw) })

/** JSON Schema of an argument; what a plugin adds of its own is taken as it is. */
const argument = v.looseObject({ default: v.optional(raw) })

const described = {
  name: written,
  summary: v.string(),
  positional: v.array(v.string()),
  schema: v.looseObject({
    properties: recordOf(argument, written),
    required: v.array(v.string()),
  }),
}

const layer = v.looseObject({
  kind: v.literal('layer'),
  ...described,
  inputs: v.array(
    v.looseObject({
      name: v.string(),
      dtype: v.optional(v.picklist(['float', 'integer', 'boolean'])),
      below: v.optional(v.string()),
      optional: v.optional(v.boolean()),
    }),
  ),
  minimumInputs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  outputs: v.array(written),
  outputTypes: recordOf(v.literal('boolean')),
  shape: v.optional(v.union([v.literal('same'), v.object({ last: v.string() })])),
})

const target = v.picklist(['number', 'class', 'binary'])

const loss = v.looseObject({
  kind: v.literal('loss'),
  ...described,
  targets: v.pipe(v.array(target), v.nonEmpty()),
  applies: v.optional(v.array(v.string())),
  standardises: v.optional(v.boolean()),
})

const metric = v.looseObject({
  kind: v.literal('metric'),
  ...described,
  targets: v.pipe(v.array(target), v.nonEmpty()),
  better: v.optional(v.picklist(['higher', 'lower'])),
})

const optimizer = v.looseObject({
  kind: v.literal('optimizer'),
  ...described,
  style: v.picklist(['elementwise', 'driven']),
})

const other = v.looseObject({
  kind: v.picklist(['activation', 'schedule', 'initializer', 'reader']),
  ...described,
})

const plugin = v.pipe(
  v.variant('kind', [layer, loss, metric, optimizer, other]),
  v.check(
    ({ positional, schema }) => positional.every((each) => Object.hasOwn(schema.properties, each)),
    '`positional` names arguments that `schema` does not have',
  ),
)

const keyOf = ({ kind, name }: v.InferOutput<typeof plugin>): string => `${kind} ${name}`

const manifest = v.looseObject({
  plugins: v.pipe(
    v.array(plugin),
    v.nonEmpty('it lists no plugin'),
    v.check(
      (plugins) => new Set(plugins.map(keyOf)).size === plugins.length,
      'it lists a plugin twice',
    ),
  ),
})

/**
 * The manifest that a text says.
 *
 * Errors     plugin-manifest-invalid; plugin-api, where it is of another version than its package says
 */
export function readManifest(text: string, packageName: string): Manifest {
  const value = parsed(text, packageName)
  const api = isRecord(value) ? value['api'] : undefined
  if (api !== undefined && api !== apiVersion) throw wrongApi(packageName, api, apiVersion)
  const issue = issueOf(value, packageName)
  if (issue !== undefined) throw manifestInvalid(packageName, problemIn(issue))
  return value as Manifest
}

function issueOf(value: unknown, packageName: string): v.BaseIssue<unknown> | undefined {
  try {
    return v.safeParse(manifest, value).issues?.[0]
  } catch (cause) {
    // A schema may be nested until the stack is full.
    throw manifestInvalid(packageName, 'is nested too deeply', cause)
  }
}

function parsed(text: string, packageName: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw manifestInvalid(packageName, 'is no JSON', cause)
  }
}
