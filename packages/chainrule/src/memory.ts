/** What a model needs, counted from its shapes before anything is allocated. */
import {
  type ChainruleError,
  hostVectors,
  type Optimizer,
  type ShapedGraph,
  type ShapedInstance,
  type ShapedNode,
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
  /** Numbers that layers keep. */
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
  let values = 0
  const kept = { all: 0, learnt: 0 }
  for (const { shape } of shaped.graph.inputs) values += product(shape, use.batch)
  for (const instance of shaped.instances) {
    const { all, learnt } = parametersOf(instance)
    kept.all += all
    kept.learnt += learnt
  }
  for (const node of shaped.nodes) values += valuesOf(node, use)
  return memory(kept, values, use)
}

/** Numbers that a layer keeps, and those of them that training changes. */
interface Kept {
  readonly all: number
  readonly learnt: number
}

function parametersOf({ instance, parameters }: ShapedInstance): Kept {
  let [all, learnt] = [0, 0]
  for (const { shape, trainable = true } of Object.values(parameters)) {
    const size = product(shape)
    all += size
    if (trainable && instance.freeze !== true) learnt += size
  }
  return { all, learnt }
}

function valuesOf({ outputShapes }: ShapedNode, { batch }: MemoryUse): number {
  let sum = 0
  for (const shape of Object.values(outputShapes)) sum += sizeAt(shape, batch)
  return sum
}

/** Of so many parameters, and so many values of a batch. */
function memory(
  { all, learnt }: Kept,
  values: number,
  { optimizer, times = 1 }: MemoryUse,
): Memory {
  const weights = times * (all + learnt * (1 + keptBy(optimizer))) * floatBytes
  // g and h of a layer, and the gradients of both.
  const activations = times * values * 4 * floatBytes
  return { parameters: all, weights, activations, total: weights + activations }
}

/** Numbers of four bytes that are kept beside each parameter and its gradient. */
function keptBy(optimizer: Optimizer | undefined): number {
  if (optimizer === undefined) return 0
  if (optimizer.style === 'driven') return (hostVectors + optimizer.vectors) * 2 // in float64
  return optimizer.slots.length + (optimizer.common.average === undefined ? 0 : 1)
}

/** The instance that needs the most, and what it needs. */
function largestOf(shaped: ShapedGraph, use: MemoryUse): { name: string; needs: Memory } {
  const values = new Map<string, number>()
  for (const node of shaped.nodes) {
    const { name } = node.instance
    values.set(name, (values.get(name) ?? 0) + valuesOf(node, use))
  }
  let largest = { name: '', needs: memory({ all: 0, learnt: 0 }, 0, use) }
  for (const each of shaped.instances) {
    const { name } = each.instance
    const needs = memory(parametersOf(each), values.get(name) ?? 0, use)
    if (needs.total > largest.needs.total) largest = { name, needs }
  }
  return largest
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
  const { name, needs } = largestOf(shaped, use)
  const what =
    needs.weights >= needs.activations
      ? `${count(needs.parameters)} parameters`
      : `its values for a batch of ${count(use.batch)} rows`
  return {
    severity: 'error',
    code: problem.code,
    message: problem.message,
    span: places.get(name) ?? { start: 0, end: 0 },
    label: `${bytes(needs.total)} of it: ${what}`,
    related: [],
    help: problem.help === undefined ? [] : [problem.help],
    edits: [],
  }
}
