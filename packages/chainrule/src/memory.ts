/** What a model needs, counted from its shapes before anything is allocated. */
import {
  type ChainruleError,
  modelParameters,
  type Optimizer,
  type ShapedGraph,
} from '@chainrule/core'
import type { Experiment } from '@chainrule/language'
import { sizeAt } from '@chainrule/program'
import type { AnyDiagnostic } from './diagnostics.ts'
import { modelTooLarge } from './errors.ts'
import { bytes, count } from './quantities.ts'

/** What is to be done with a model. */
export interface MemoryUse {
  /** Rows at once. */
  readonly batch: number
  /** What it keeps beside the weights. */
  readonly optimizer?: Optimizer
  /** How often all of it is held, as numbers of four bytes; 1 where left out. */
  readonly times?: number
}

/** Of a whole model, or of one of its layers. */
export interface Memory {
  /** Numbers that are learnt. */
  readonly parameters: number
  /** Bytes of parameters, their gradients and what the optimizer keeps for them. */
  readonly weights: number
  /** Bytes of a batch's values on their way forward and backward. */
  readonly activations: number
  readonly total: number
}

const floatBytes = 4

const product = (sizes: readonly number[], start = 1): number =>
  sizes.reduce((size, n) => size * n, start)

/** An upper estimate; the engine plans the exact number. */
export function memoryOf(shaped: ShapedGraph, use: MemoryUse): Memory {
  const inputs = shaped.graph.inputs.map(({ shape }) => product(shape, use.batch))
  const read = memory(
    0,
    inputs.reduce((sum, size) => sum + size, 0),
    use,
  )
  return [...memoryOfEach(shaped, use).values()].reduce(plus, read)
}

/** The same by the names of the instances, without what is read. */
function memoryOfEach(shaped: ShapedGraph, use: MemoryUse): Map<string, Memory> {
  const each = new Map<string, Memory>()
  const add = (name: string, parameters: number, values: number): void => {
    each.set(name, plus(each.get(name) ?? nothing, memory(parameters, values, use)))
  }
  for (const { instance, spec } of modelParameters(shaped)) add(instance, product(spec.shape), 0)
  for (const { instance, outputShapes } of shaped.nodes)
    for (const shape of Object.values(outputShapes)) add(instance.name, 0, sizeAt(shape, use.batch))
  return each
}

const nothing: Memory = { parameters: 0, weights: 0, activations: 0, total: 0 }

const plus = (a: Memory, b: Memory): Memory => ({
  parameters: a.parameters + b.parameters,
  weights: a.weights + b.weights,
  activations: a.activations + b.activations,
  total: a.total + b.total,
})

/** Of so many numbers that are learnt, and so many values of a batch. */
function memory(parameters: number, values: number, { optimizer, times = 1 }: MemoryUse): Memory {
  const slots = optimizer?.style === 'elementwise' ? optimizer.slots.length : 0
  const weights = times * parameters * (2 + slots) * floatBytes
  // g and h of a layer, and the gradients of both.
  const activations = times * values * 4 * floatBytes
  return { parameters, weights, activations, total: weights + activations }
}

/** What training holds at once, where the data have so many rows. */
export function trainingUse(
  { fit, optimizer }: Pick<Experiment, 'fit' | 'optimizer'>,
  rows = Number.POSITIVE_INFINITY,
): MemoryUse {
  return { batch: Math.min(fit.batch, Math.max(rows, 1)), optimizer }
}

/** What is to be said where a model needs more than `limit` bytes. */
export function memoryProblem(
  shaped: ShapedGraph,
  use: MemoryUse,
  limit: number,
): ChainruleError | undefined {
  const { total, weights, activations } = memoryOf(shaped, use)
  return total > limit ? modelTooLarge(total, limit, weights >= activations) : undefined
}

/** The same at the layer that needs the most. */
export function memoryDiagnostic(
  { shaped, places }: Experiment,
  use: MemoryUse,
  limit: number,
): AnyDiagnostic | undefined {
  const problem = shaped === undefined ? undefined : memoryProblem(shaped, use, limit)
  if (shaped === undefined || problem === undefined) return undefined
  const [first, ...others] = memoryOfEach(shaped, use)
  const [name, largest] = others.reduce(
    (most, each) => (each[1].total > (most?.[1].total ?? 0) ? each : most),
    first,
  ) ?? ['', nothing]
  const what =
    largest.weights >= largest.activations
      ? `${count(largest.parameters)} parameters`
      : `its values for a batch of ${count(use.batch)} rows`
  return {
    severity: 'error',
    code: problem.code,
    message: problem.message,
    span: places.get(name) ?? { start: 0, end: 0 },
    label: `${bytes(largest.total)} of it: ${what}`,
    related: [],
    help: problem.help === undefined ? [] : [problem.help],
    edits: [],
  }
}
