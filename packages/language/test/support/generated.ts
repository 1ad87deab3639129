import type { Field, Fields, Layer, RawValue } from '@chainrule/core'
import fc from 'fast-check'
import { registry } from './registry.ts'

/** Texts that resolve: random layers with random arguments, blocks, braces, constants, directives, and several models. */

type Schema = Readonly<Record<string, unknown>>

/** A value that a field takes, as it is written; undefined for a field of which that is not known. */
function drawnFor(field: Field<unknown>): fc.Arbitrary<string> | undefined {
  const schema: Schema = field.schema
  const { enum: words, kind } = schema as { enum?: readonly string[]; kind?: string }
  if (words !== undefined) return fc.constantFrom(...words)
  if (kind === 'activation' || kind === 'initializer' || kind === 'schedule') return pluginOf(kind)
  if (schema['type'] === 'boolean') return fc.constantFrom('true', 'false')
  if (schema['type'] === 'integer' || schema['type'] === 'number')
    return fc
      .constantFrom('1', '2', '3', '0.5', '0.25', '20%', '1e-3', '-0.5')
      .filter((text) => fits(field, text))
  const known = ['2', '3x3', '[2, 1]', 'same'].filter((text) => fits(field, text))
  return known.length === 0 ? undefined : fc.constantFrom(...known)
}

function fits(field: Field<unknown>, text: string): boolean {
  const raw: RawValue = text.endsWith('%')
    ? Number.parseFloat(text) / 100
    : text.includes('x')
      ? text.split('x').map(Number)
      : text.startsWith('[')
        ? (JSON.parse(text) as number[])
        : Number.isNaN(Number(text))
          ? text
          : Number(text)
  return field.parse(raw, registry).ok
}

function pluginOf(kind: 'activation' | 'initializer' | 'schedule'): fc.Arbitrary<string> {
  const names = registry.names(kind)
  return fc.constantFrom(...names).chain((name) => {
    const plugin = registry.find(kind, name)
    if (plugin === undefined) return fc.constant(name)
    return argumentsOf(plugin, 'inside').map((args) => (args === '' ? name : `${name}(${args})`))
  })
}

/** Positional arguments up to some place, then some by name, those without a default in any case. */
function argumentsOf(
  { arguments: positional, options }: { readonly arguments: Fields; readonly options: Fields },
  where: 'inside' | 'behind',
): fc.Arbitrary<string> {
  const fields = Object.entries({ ...positional, ...options })
  const order = Object.keys(positional)
  return fc
    .tuple(
      fc.nat(order.length),
      fc.tuple(
        ...fields.map(([name, field]) => {
          const value = drawnFor(field)
          if (value === undefined) return fc.constant(undefined)
          const isNeeded = !field.optional
          return fc.tuple(fc.constant(name), value, isNeeded ? fc.constant(true) : fc.boolean())
        }),
      ),
    )
    .map(([count, drawn]) => {
      const byName = new Map(
        drawn.flatMap((each) => (each === undefined ? [] : [[each[0], each] as const])),
      )
      const before = order.slice(0, count)
      const isWhole = before.every((name) => byName.has(name))
      const first = isWhole ? before.map((name) => byName.get(name)?.[1] ?? '') : []
      const rest = [...byName.values()].filter(
        ([name, , isGiven]) => isGiven && !(isWhole && before.includes(name)),
      )
      const parts = [...first, ...rest.map(([name, value]) => `${name}=${value}`)]
      return parts.join(where === 'inside' ? ', ' : ' ')
    })
}

const isPlain = ({ inputs }: Layer): boolean =>
  inputs.length === 1 && inputs[0]?.dtype !== 'integer'

const layers = registry.names('layer').filter((name) => {
  const layer = registry.find('layer', name)
  if (layer === undefined || !Array.isArray(layer.inputs) || !isPlain(layer)) return false
  const needed = Object.values({ ...layer.arguments, ...layer.options }).filter(
    (each) => !each.optional,
  )
  return needed.every((field) => drawnFor(field) !== undefined)
})

const stage = fc.constantFrom(...layers, 'dense', 'dense').chain((name) => {
  const layer = registry.find('layer', name)
  return argumentsOf(layer ?? { arguments: {}, options: {} }, 'behind').map((args) =>
    `${name} ${args}`.trimEnd(),
  )
})

const chain = fc.array(stage, { minLength: 1, maxLength: 3 }).map((stages) => stages.join(' -> '))

const piece = fc.oneof(
  { weight: 3, arbitrary: chain },
  fc.tuple(chain, chain).map(([a, b]) => `branch { ${a}; ${b} } -> concat`),
  chain.map((inner) => `residual { ${inner} }`),
  chain.map((inner) => `repeat 2 { ${inner} }`),
  fc.constantFrom('cell 8', 'cell w=4', 'cell width relu', 'dense width', 'dense (width * 2) act'),
)

const pipeline = fc
  .array(piece, { minLength: 1, maxLength: 3 })
  .map((pieces) => [...pieces, 'dense 1'].join(' -> '))

const directives = fc
  .subarray([
    'seed 7',
    'train batch=8',
    'optimizer sgd schedule=cosine(total=100)',
    'optimizer adamw lr=0.01',
    'loss huber',
    'metrics [mae]',
    'stop patience=3',
    'split train=70%',
    'scale minmax',
    'init he-normal',
    'init uniform(high=0.5)',
  ])
  .map((lines) => {
    const seen = new Set<string>()
    return lines.filter((line) => {
      const [name = ''] = line.split(' ')
      return seen.has(name) ? false : seen.add(name)
    })
  })

const declared =
  'let width = 16\nlet act = leaky-relu\nblock cell(w, f = elu) { dense w f // kept\n }\n'

/** A file with one model, and the name of none. */
const single = fc.tuple(pipeline, directives, fc.boolean()).map(([body, lines, isNamed]) => {
  const model = isNamed ? `/// About.\nmodel m { ${body} }` : body
  return { text: `${declared}${model}\n${lines.join('\n')}\n`, model: undefined }
})

/** A file with several models, of which one is chosen; some directives are shared. */
const several = fc
  .tuple(pipeline, pipeline, directives, fc.nat(20), fc.constantFrom('a', 'b'), fc.boolean())
  .map(([one, other, lines, cut, model, isBare]) => {
    const [shared, own] = [lines.slice(0, cut), lines.slice(cut)]
    const first = isBare ? `/// Bare.\n${one}` : `model a { ${one}\n${own.join('\n')}\n}`
    const chosen = isBare && model === 'a' ? 'main' : model
    const text = `${declared}${shared.join('\n')}\n${first}\nmodel b { ${other}; ${own.join('; ')} }\n`
    return { text, model: chosen }
  })

export const generatedTexts = fc.oneof(single, several)
