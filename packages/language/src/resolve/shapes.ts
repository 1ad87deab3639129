import {
  ChainruleError,
  type Layer,
  type ParameterSpec,
  type Shape,
  sameShape,
} from '@chainrule/core'
import type { Layer as LayerStage } from '../ast.ts'
import type { Report } from '../diagnostic.ts'
import type { Made, Origin } from './flow.ts'
import { floatInput, integerInput, severalTensors, shapeMismatch } from './pipeline-errors.ts'

type Config = Readonly<Record<string, unknown>>

/** What a layer gives and keeps for its inputs; empty where those are not known yet. */
export interface Inferred {
  readonly shapes?: Readonly<Record<string, Shape>>
  readonly parameters?: Readonly<Record<string, ParameterSpec>>
}

/** The shapes that a layer gives for its inputs, or what is wrong with them, which is reported. */ export function inferLayer(
  layer: Layer,
  config: Config,
  stage: LayerStage,
  inputs: readonly Origin[],
  report: Report,
): Inferred | undefined {
  if (!hasRightCount(layer, stage, inputs, report)) return undefined
  if (!hasRightTypes(layer, stage, inputs, report)) return undefined
  const shapes = inputs.map(({ shape }) => shape)
  if (shapes.includes(undefined)) return {}
  try {
    const kept = Object.entries(layer.init(config, shapes)).flatMap(([name, spec]) =>
      spec === undefined ? [] : [[name, spec] as const],
    )
    return { shapes: layer.shape(config, shapes), parameters: Object.fromEntries(kept) }
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error
    report(shapeMismatch(stage, inputs, error))
    return undefined
  }
}

function hasRightCount(
  layer: Layer,
  { name }: LayerStage,
  inputs: readonly Origin[],
  report: Report,
): boolean {
  const required = layer.inputs.filter(({ optional }) => optional !== true).length
  const least = layer.minimumInputs ?? required
  const most = layer.minimumInputs === undefined ? layer.inputs.length : Number.POSITIVE_INFINITY
  if (inputs.length >= least && inputs.length <= most) return true
  const count =
    least === most
      ? `${least}`
      : `${inputs.length < least ? 'at least' : 'at most'} ${inputs.length < least ? least : most}`
  const tensors = count === '1' ? 'one tensor' : `${count} tensors`
  report(severalTensors(name.span, `\`${layer.name}\` takes ${tensors}`, inputs))
  return false
}

function hasRightTypes(
  layer: Layer,
  stage: LayerStage,
  inputs: readonly Origin[],
  report: Report,
): boolean {
  const wrong = inputs.find((origin, i) => {
    const { dtype = 'float' } = layer.inputs[Math.min(i, layer.inputs.length - 1)] ?? {}
    return (dtype === 'integer') !== origin.integer
  })
  if (wrong === undefined) return true
  report(wrong.integer ? integerInput(stage, wrong) : floatInput(stage, wrong))
  return false
}

/** Whether a layer needs the same weights for other inputs. */
export function fitsWeights({ layer, instance, inputs }: Made, others: readonly Origin[]): boolean {
  const [before, now] = [inputs, others].map((origins) => origins.map(({ shape }) => shape))
  if (before === undefined || now === undefined) return true
  if (before.includes(undefined) || now.includes(undefined)) return true
  const first = layer.init(instance.config, before)
  return Object.entries(layer.init(instance.config, now)).every(
    ([name, spec]) => spec === undefined || sameShape(spec.shape, first[name]?.shape ?? []),
  )
}
