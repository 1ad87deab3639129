import {
  ChainruleError,
  type Config,
  type Layer,
  type ParameterSpec,
  type Registry,
  type Shape,
  sameShape,
  type ValueRef,
} from '@chainrule/core'
import type { Layer as LayerStage } from '../ast.ts'
import type { Report } from '../diagnostic.ts'
import type { Context } from './context.ts'
import type { ElementType, Made, Origin } from './flow.ts'
import { pluginFailed, severalTensors, shapeMismatch, wrongType } from './pipeline-errors.ts'
import { mergeRepair, type Refused, shapeRepair } from './shape-repairs.ts'

/** What a layer reads, in its own order, and what it gives and keeps for that, as far as it is known. */
export interface Inferred {
  readonly refs: readonly (ValueRef | undefined)[]
  readonly shapes?: Readonly<Record<string, Shape>>
  readonly parameters?: Readonly<Record<string, ParameterSpec>>
}

/** The shapes that a layer gives for its inputs, or what is wrong with them, which is reported. */
export function inferLayer(
  layer: Layer,
  config: Config,
  stage: LayerStage,
  inputs: readonly Origin[],
  { registry, report }: Pick<Context, 'registry' | 'report'>,
): Inferred | undefined {
  const refused = { layer, config, inputs }
  if (!hasRightTypes(layer, stage, inputs, report)) return undefined
  if (!hasRightCount(refused, stage, registry, report)) return undefined
  const places = inPlaces(layer, inputs)
  const refs = places.map((origin) => origin?.ref)
  if (inputs.some(({ shape }) => shape === undefined)) return { refs }
  const shapes = places.map((origin) => origin?.shape)
  try {
    if (layer.isDescribed === true) return { refs, shapes: layer.shape(config, shapes) }
    const kept = Object.entries(layer.init(config, shapes)).flatMap(([name, spec]) =>
      spec === undefined ? [] : [[name, spec] as const],
    )
    return { refs, shapes: layer.shape(config, shapes), parameters: Object.fromEntries(kept) }
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error
    report(
      error.code === 'plugin-failed'
        ? pluginFailed(stage, error)
        : shapeMismatch(stage, inputs, error, shapeRepair(refused, registry)),
    )
    return undefined
  }
}

const isMask = ({ dtype }: Origin): boolean => dtype === 'boolean'

/**
 * Each tensor where the layer takes it: a mask, which says yes or no, where the layer takes one, however many of the others
 * are left out; these in their order.
 */
function inPlaces(layer: Layer, inputs: readonly Origin[]): (Origin | undefined)[] {
  if (layer.minimumInputs !== undefined) return [...inputs]
  const [masks, others] = [inputs.filter(isMask), inputs.filter((origin) => !isMask(origin))]
  const places = layer.inputs.map(({ dtype }) => (dtype === 'boolean' ? masks : others).shift())
  const last = places.findLastIndex((origin) => origin !== undefined)
  return places.slice(0, last + 1)
}

function hasRightCount(
  refused: Refused,
  { name }: LayerStage,
  registry: Registry,
  report: Report,
): boolean {
  const { layer, inputs } = refused
  const required = layer.inputs.filter(({ optional }) => optional !== true).length
  const least = layer.minimumInputs ?? required
  const most = layer.minimumInputs === undefined ? layer.inputs.length : Number.POSITIVE_INFINITY
  if (inputs.length >= least && inputs.length <= most) return true
  const count =
    least === most
      ? `${least}`
      : `${inputs.length < least ? 'at least' : 'at most'} ${inputs.length < least ? least : most}`
  const tensors = count === '1' ? 'one tensor' : `${count} tensors`
  const help = most === 1 ? mergeRepair(refused, registry) : []
  report(severalTensors(name.span, `\`${layer.name}\` takes ${tensors}`, inputs, help))
  return false
}

function hasRightTypes(
  layer: Layer,
  stage: LayerStage,
  inputs: readonly Origin[],
  report: Report,
): boolean {
  const found = misfit(layer, inputs)
  if (found === undefined) return true
  report(wrongType(stage, found.origin, found.required))
  return false
}

/** The first tensor of another type than the layer takes there. */
function misfit(
  layer: Layer,
  inputs: readonly Origin[],
): { readonly origin: Origin; readonly required: ElementType } | undefined {
  const takes = layer.inputs.map(({ dtype = 'float' }) => dtype)
  const own = takes.filter((dtype) => dtype !== 'boolean')
  const takesMask = own.length < takes.length
  const mask = inputs.find(isMask)
  if (mask !== undefined && !takesMask) return { origin: mask, required: own[0] ?? 'float' }
  for (const [i, origin] of inputs.filter((each) => !isMask(each)).entries()) {
    // One too many is meant as the mask, where the layer takes one; else it is a matter of their number.
    const beyond = takesMask && mask === undefined ? 'boolean' : origin.dtype
    const required = layer.minimumInputs === undefined ? (own[i] ?? beyond) : own[0]
    if (required !== undefined && origin.dtype !== undefined && required !== origin.dtype)
      return { origin, required }
  }
  return undefined
}

/** Whether a layer needs the same weights for other inputs. */
export function fitsWeights({ layer, instance, inputs }: Made, others: readonly Origin[]): boolean {
  if ([...inputs, ...others].some(({ shape }) => shape === undefined)) return true
  const shapesOf = (origins: readonly Origin[]): (Shape | undefined)[] =>
    inPlaces(layer, origins).map((origin) => origin?.shape)
  const [before, now] = [shapesOf(inputs), shapesOf(others)]
  const first = layer.init(instance.config, before)
  return Object.entries(layer.init(instance.config, now)).every(
    ([name, spec]) => spec === undefined || sameShape(spec.shape, first[name]?.shape ?? []),
  )
}
