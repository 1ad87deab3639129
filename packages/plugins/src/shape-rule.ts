/**
 * The output shape of a layer, where it can be said as data. It is found by asking the layer for many shapes, and what holds
 * for all of them is written down; that it holds for the shapes of a text is checked when the code runs.
 */
import { B, type Config, configure, type Dimension, type Layer, type Shape } from '@chainrule/core'
import { isRefusal } from './refusal.ts'

export type ShapeRule =
  /** That of the first input. */
  | 'same'
  /** That of the first input, its last axis as long as an argument says. */
  | { readonly last: string }

const isSame = (a: Shape, b: Shape): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The rule that holds for every shape that is tried; `undefined` where none does. */
export function shapeRuleOf(layer: Layer): ShapeRule | undefined {
  if (layer.outputs.length > 0 || layer.minimumInputs !== undefined) return undefined
  const tried = probes(layer)
  const [first] = tried
  if (first === undefined) return undefined
  const names = Object.keys({ ...layer.arguments, ...layer.options })
  const rules: ShapeRule[] = ['same', ...names.map((last) => ({ last }))]
  return rules.find((rule) =>
    tried.every(({ input, config, output }) => isSame(output, applied(rule, input, config) ?? [])),
  )
}

/** The shape that a rule gives; `undefined` where it cannot be said. */
export function applied(rule: ShapeRule, input: Shape, config: Config): Shape | undefined {
  if (rule === 'same') return input
  const last = config[rule.last]
  return typeof last === 'number' ? [...input.slice(0, -1), last] : undefined
}

interface Probe {
  readonly input: Shape
  readonly config: Config
  readonly output: Shape
}

const lookup = {
  configure: (_: string, { call }: { call: string }) =>
    ({ ok: true, value: { name: call } }) as const,
}

/** Numbers for arguments: with one alone an argument would be told from a constant by nothing. */
const sizes = [3, 6, 12]
const axes: readonly (readonly number[])[] = [[], [5], [9, 4]]

function probes(layer: Layer): Probe[] {
  const found: Probe[] = []
  for (const size of sizes) {
    const config = sampleConfig(layer, size)
    if (config === undefined) return []
    for (const around of axes) {
      for (const last of [8, 24]) {
        const input: Shape = [B, ...around, last] as readonly Dimension[]
        const output = outputOf(layer, config, input)
        if (output !== undefined) found.push({ input, config, output })
      }
    }
  }
  return found
}

/** Defaults, and of what must be written numbers; `undefined` where something else is required. */
function sampleConfig(layer: Layer, size: number): Probe['config'] | undefined {
  const named: Record<string, number> = {}
  for (const [name, { schema, optional, default: fallback }] of Object.entries({
    ...layer.arguments,
    ...layer.options,
  })) {
    if (schema['type'] === 'integer' && (!optional || fallback !== undefined)) named[name] = size
    else if (!optional && fallback === undefined) return undefined
  }
  const { problems } = configure(layer, { positional: [], named }, lookup)
  // What is out of an argument's range is left to its default.
  for (const { at } of problems) if (at !== undefined && 'name' in at) delete named[at.name]
  const taken = configure(layer, { positional: [], named }, lookup)
  return taken.problems.length === 0 ? taken.config : undefined
}

/** `undefined` where the layer refuses the shape. */
function outputOf(layer: Layer, config: Probe['config'], input: Shape): Shape | undefined {
  const required = layer.inputs.filter(({ optional }) => optional !== true)
  try {
    return layer.shape(
      config,
      required.map(() => input),
    )['h']
  } catch (error) {
    if (isRefusal(error) && error.code !== 'plugin-failed') return undefined
    throw error
  }
}
