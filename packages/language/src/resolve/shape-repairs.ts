import { ChainruleError, type Config, type Layer, type Registry, type Shape } from '@chainrule/core'
import { listed, quote } from '../quote.ts'
import type { Made, Origin } from './flow.ts'

/**
 * What to write where a layer refuses the shapes it gets. Each repair was tried: with it the layer's own `shape` takes what
 * comes, so that nobody is sent from one mistake to the next.
 */

/** A layer that refuses its inputs. */
export interface Refused {
  readonly layer: Layer
  readonly config: Config
  readonly inputs: readonly Origin[]
}

/** The first change to a layer before that makes the shapes fit, as help for the reader. */
export function shapeRepair(refused: Refused, registry: Registry): string | undefined {
  const { inputs } = refused
  if (inputs.some(({ shape }) => shape === undefined)) return undefined
  // What stands last in the text is most likely the mistake.
  const places = inputs
    .map((origin, at) => ({ origin, at }))
    .toSorted((a, b) => (b.origin.span?.start ?? 0) - (a.origin.span?.start ?? 0))
  for (const repair of [switchOption, leaveOut, otherSize]) {
    for (const { origin, at } of places) {
      const help = origin.made === undefined ? undefined : repair(refused, at, origin.made)
      if (help !== undefined) return help
    }
  }
  return flattenImages(refused, registry)
}

/** Layers that make one tensor of several, tried in this order. */
const merges = ['concat', 'add']

/** For a layer that takes one tensor and gets several: what joins them so that it takes the result. */
export function mergeRepair({ layer, config, inputs }: Refused, registry: Registry): string[] {
  const shapes = inputs.map(({ shape }) => shape)
  const fits = merges.filter((name) => {
    const joined = shapeOf(registry.find('layer', name), {}, shapes)
    return joined !== undefined && shapeOf(layer, config, [joined]) !== undefined
  })
  if (fits.length === 0) return []
  return [
    `join them first: ${listed(
      fits.map((name) => `${name} -> ${layer.name}`),
      'or',
    )}`,
  ]
}

/** `gru` before another `gru` lacks `sequences=true`. */
function switchOption(refused: Refused, at: number, made: Made): string | undefined {
  const { layer, instance } = made
  const config = instance.config as Config
  const before = made.inputs.map(({ shape }) => shape)
  const option = Object.keys({ ...layer.arguments, ...layer.options }).find(
    (name) =>
      typeof config[name] === 'boolean' &&
      takes(refused, at, shapeOf(layer, { ...config, [name]: !config[name] }, before)),
  )
  return option === undefined
    ? undefined
    : `write ${quote(`${option}=${!config[option]}`)} in ${quote(layer.name)}`
}

/** `flatten` before a layer that looks at images. */
function leaveOut(
  refused: Refused,
  at: number,
  { layer, instance, inputs }: Made,
): string | undefined {
  const [only, ...others] = inputs
  const keeps = layer.init(
    instance.config,
    inputs.map(({ shape }) => shape),
  )
  if (others.length > 0 || Object.values(keeps).some((spec) => spec !== undefined)) return undefined
  return takes(refused, at, only?.shape) ? `leave ${quote(layer.name)} out` : undefined
}

/** The first argument of `dense` is what the other arms have. */
function otherSize(refused: Refused, at: number, made: Made): string | undefined {
  const { layer, instance, inputs, written } = made
  const [size] = Object.keys(layer.arguments)
  if (size === undefined || written.get(size)?.value.kind !== 'number') return undefined
  const before = inputs.map(({ shape }) => shape)
  const sizes = refused.inputs.flatMap(({ shape }) => shape?.at(-1) ?? [])
  const fits = sizes.find(
    (each) =>
      typeof each === 'number' &&
      takes(refused, at, shapeOf(layer, { ...(instance.config as Config), [size]: each }, before)),
  )
  if (fits === undefined) return undefined
  const came = (instance.config as Config)[size]
  return `write ${quote(`${layer.name} ${fits}`)} for ${quote(`${layer.name} ${came}`)}`
}

/** An image that meets a line of numbers. */
function flattenImages({ layer, config, inputs }: Refused, registry: Registry): string | undefined {
  const flatten = registry.find('layer', 'flatten')
  if (flatten === undefined) return undefined
  const isImage = ({ shape = [] }: Origin): boolean => shape.length > 2
  const flat = inputs.map((origin) =>
    isImage(origin) ? shapeOf(flatten, {}, [origin.shape]) : origin.shape,
  )
  if (!inputs.some(isImage) || shapeOf(layer, config, flat) === undefined) return undefined
  const places = inputs.filter(isImage).map(({ from }) => from)
  return `write \`-> flatten\` behind ${places.slice(0, 2).join(' and ')}`
}

/** Whether the layer takes its inputs with this shape in one place. */
function takes({ layer, config, inputs }: Refused, at: number, shape: Shape | undefined): boolean {
  if (shape === undefined) return false
  const shapes = inputs.map((origin, i) => (i === at ? shape : origin.shape))
  return shapeOf(layer, config, shapes) !== undefined
}

/** What a layer gives, if it takes these shapes. */
function shapeOf(
  layer: Layer | undefined,
  config: Config,
  shapes: readonly (Shape | undefined)[],
): Shape | undefined {
  if (layer === undefined) return undefined
  try {
    return layer.shape(withDefaults(layer, config), shapes)['h']
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error
    return undefined
  }
}

function withDefaults({ arguments: positional, options }: Layer, config: Config): Config {
  const fields = Object.entries({ ...positional, ...options })
  return { ...Object.fromEntries(fields.map(([name, field]) => [name, field.default])), ...config }
}
