/**
 * A layer graph becomes one program with the entry points `init`, `gradient`, `update`, `step`, `evaluate`, `predict` and
 * `inspect`, where parameters are penalised `penalty`, and where asked `loss`.
 */
import {
  createOps,
  type Entry,
  type Instruction,
  inPrecision,
  type Ops,
  optimise,
  type Program,
  type StateDeclaration,
  type StateKind,
  sizeOf,
  type Tensor,
  type TensorType,
  Trace,
} from '@chainrule/program'
import type { ShapedGraph, ValueRef } from './graph.ts'
import { assemble, type Joined } from './joined.ts'
import type { Metric } from './metric.ts'
import { type ModelParameter, modelParameters, reachedParameters } from './model-parameters.ts'
import type { ElementwiseOptimizer, Optimizer } from './optimizer.ts'
import { type RandomState, randomSource, randomState } from './random-source.ts'
import {
  averageName,
  floatState,
  gradientName,
  learningRateState,
  lossOutput,
  predictionOutput,
  seedState,
  slotName,
  statisticName,
  stepState,
  stepsPerEpochState,
  sumName,
  totalStepsState,
} from './state-names.ts'
import {
  type GraphGradients,
  type TracedGraph,
  traceBackward,
  traceForward,
} from './trace-graph.ts'
import { safeDivisor, type TracedHead, traceHeads, tracePrediction } from './trace-head.ts'
import { isPenalised, tracePenalty } from './trace-penalty.ts'
import { type ParameterGradient, slotShapes, traceUpdate } from './trace-update.ts'

/** What a training program depends on beside its graph. */
export interface TrainingSettings {
  /** The largest number of rows of a batch. */
  readonly maxBatch: number
  /** Left out for a model that only predicts. */
  readonly optimizer?: Optimizer
  readonly metrics?: readonly HeadMetric[]
  /** `f64` for checks. */
  readonly precision?: 'f32' | 'f64'
  /** The entry points that will be run; where left out, all that the model can have but `loss`. */
  readonly entries?: readonly EntryName[]
}

/** An entry point of a training program. */
export type EntryName =
  | 'init'
  | 'predict'
  | 'evaluate'
  | 'gradient'
  | 'inspect'
  | 'update'
  | 'step'
  | 'penalty'
  | 'loss'

/** A metric and the head that it measures. */
export interface HeadMetric {
  readonly head: string
  readonly metric: Metric
}

/** Traces the program of a graph. */
export function trainingProgram(shaped: ShapedGraph, settings: TrainingSettings): Program {
  const optimizer = settings.optimizer?.style === 'elementwise' ? settings.optimizer : undefined
  const context: Context = {
    shaped,
    parameters: modelParameters(shaped),
    optimizer,
    metrics: settings.metrics ?? [],
  }
  const trains = shaped.graph.heads.some((head) => head.loss !== undefined)
  const gradients = optimizer === undefined // of a driven optimizer, or to be compared
  const penalises = trains && context.parameters.some(isPenalised)
  const builders: Partial<Record<EntryName, (ops: Ops, context: Context) => Entry>> = {
    init: traceInit,
    predict: tracePredict,
    ...(trains ? { evaluate: traceEvaluate, gradient: traceGradient, inspect: traceInspect } : {}),
    ...(penalises
      ? { penalty: (ops: Ops) => tracePenalty(ops, context.parameters, { gradients }) }
      : {}),
    ...(trains && optimizer !== undefined ? { update: traceUpdateEntry, step: traceStep } : {}),
    ...(trains && settings.entries?.includes('loss') ? { loss: traceLoss } : {}),
  }
  const entries = Object.fromEntries(
    Object.entries(builders)
      .filter(([name]) => settings.entries?.includes(name as EntryName) !== false)
      .map(([name, build]) => [name, build(createOps(new Trace('f32')), context)]),
  )
  const program = optimise(programOf(shaped, entries, settings.maxBatch))
  return settings.precision === 'f64' ? inPrecision(program, 'f64') : program
}

interface Context {
  readonly shaped: ShapedGraph
  readonly parameters: readonly ModelParameter[]
  readonly optimizer: ElementwiseOptimizer | undefined
  readonly metrics: readonly HeadMetric[]
}

/** `init`: parameters are drawn, everything that is kept beside them starts anew. */
function traceInit(ops: Ops, { shaped, parameters, optimizer }: Context): Entry {
  const updates: Record<string, Tensor> = {}
  const zero = ops.constant(0, { dtype: 'i32', shape: [] })
  const random: RandomState = {
    ...randomState(ops),
    step: ops.constant([0, 0], { dtype: 'i32' }),
    firstRow: zero,
  }
  const averages = optimizer?.common.average !== undefined
  const sitesOf = siteSequences(parameters.length)
  parameters.forEach(({ name, spec, trainable }, index) => {
    ops.trace.within(`${name}/init`, () => {
      const { shape } = spec
      const fanIn = spec.fanIn ?? sizeOf(shape.slice(1))
      const fanOut = spec.fanOut ?? shape[0] ?? 1
      const source = randomSource(ops, random, sitesOf(index))
      const drawn = ops.broadcastTo(
        spec.initializer.sample(ops, { shape, fanIn, fanOut, random: source }),
        shape,
      )
      updates[name] = drawn
      if (averages && trainable) updates[averageName(name)] = drawn
      const slots = optimizer === undefined || !trainable ? [] : slotShapes(optimizer, shape)
      for (const [slot, size] of slots)
        updates[slotName(name, slot)] = ops.constant(0, { shape: size })
    })
  })
  for (const { instance, statistics } of shaped.instances) {
    for (const [name, { shape, initial }] of Object.entries(statistics)) {
      updates[statisticName(instance.name, name)] = ops.constant(initial, { shape })
    }
  }
  updates[stepState] = ops.constant([0, 0], { dtype: 'i32' })
  if (optimizer !== undefined)
    updates[learningRateState] = ops.constant(optimizer.common.lr, { shape: [] })
  return ops.trace.entry({}, updates)
}

const drawsPerParameter = 16

/**
 * Sites of the initializers are negative, those of the layers positive. Each parameter has its own, and what it draws beyond
 * them is below those of all: no draw is ever used twice.
 */
function siteSequences(parameters: number): (parameter: number) => () => number {
  let spare = -1 - parameters * drawsPerParameter
  return (parameter) => {
    let drawn = 0
    return () =>
      drawn < drawsPerParameter ? -1 - parameter * drawsPerParameter - drawn++ : spare--
  }
}

function tracePredict(ops: Ops, { shaped }: Context): Entry {
  const traced = traceForward(ops, shaped, randomState(ops), false)
  const outputs = shaped.graph.heads.map((head) => {
    const prediction = ops.trace.within(`${head.name}/prediction`, () =>
      tracePrediction(ops, head, traced.value(head.from)),
    )
    return [predictionOutput(head.name), prediction] as const
  })
  return ops.trace.entry(Object.fromEntries(outputs))
}

/** A sum that goes on over the batches: the state's old value and what this batch adds, in float64. */
function accumulate(ops: Ops, name: string, value: Tensor): Record<string, Tensor> {
  const old = ops.trace.source('state', name, { dtype: 'f64', shape: value.shape })
  return { [name]: ops.add(old, ops.cast(value, 'f64')) }
}

function headSums(
  ops: Ops,
  phase: 'train' | 'evaluate',
  heads: readonly TracedHead[],
): Record<string, Tensor> {
  return Object.assign(
    {},
    ...heads.flatMap(({ head, lossSum, reportedSum, weightSum }) => [
      accumulate(ops, sumName(phase, head.name, 'loss'), reportedSum),
      accumulate(ops, sumName(phase, head.name, 'weight'), weightSum),
      heads.length > 1 && head.standardise === true
        ? accumulate(ops, sumName(phase, head.name, 'trained'), lossSum)
        : {},
    ]),
  )
}

/** `evaluate`: sums of loss and metrics, and the predictions themselves for metrics that collect. */
function traceEvaluate(ops: Ops, { shaped, metrics }: Context): Entry {
  const heads = traceHeads(ops, shaped, traceForward(ops, shaped, randomState(ops), false))
  const updates = headSums(ops, 'evaluate', heads)
  for (const { head, prediction, target, rowWeight: weight } of heads) {
    for (const { metric } of metrics.filter((entry) => entry.head === head.name)) {
      if (metric.style === 'collecting') continue
      const sums = ops.trace.within(`${head.name}/${metric.name}`, () =>
        metric.accumulate(ops, { kind: head.loss?.target ?? 'number', prediction, target, weight }),
      )
      for (const [sum, value] of Object.entries(sums)) {
        Object.assign(
          updates,
          accumulate(ops, sumName('evaluate', head.name, `${metric.name}/${sum}`), value),
        )
      }
    }
  }
  const outputs = heads.map(
    ({ head, prediction }) => [predictionOutput(head.name), prediction] as const,
  )
  return ops.trace.entry(Object.fromEntries(outputs), updates)
}

/** L = Σ λ Σwℓ / Σw over the heads. */
function totalLoss(ops: Ops, heads: readonly TracedHead[]): Tensor {
  const losses = heads.map(({ head, lossSum, divisor }) => {
    const loss = ops.div(lossSum, divisor)
    return head.lossWeight === undefined ? loss : ops.mul(loss, head.lossWeight)
  })
  return losses.reduce((sum, loss) => ops.add(sum, loss))
}

/** ∂L/∂f of each head. */
function seedsOf(ops: Ops, heads: readonly TracedHead[]): TracedStep['seeds'] {
  return heads.map(({ head, divisor, gradient }) => {
    const scale = ops.div(ops.constant(head.lossWeight ?? 1, { shape: [] }), divisor)
    return { ref: head.from, gradient: gradient(scale) }
  })
}

/** One step of training as tensors of a trace, for an entry, and for whoever shows what a layer computes. */
export interface TracedStep {
  /** The outputs that have a loss. */
  readonly heads: readonly TracedHead[]
  /** ∂L/∂f of each of them. */
  readonly seeds: readonly { readonly ref: ValueRef; readonly gradient: Tensor }[]
  readonly traced: TracedGraph
  readonly gradients: GraphGradients
  /** L without penalties. */
  readonly loss: Tensor
  /** New parameters, slots and step counter by state name; none without an elementwise optimizer. */
  readonly updates: Readonly<Record<string, Tensor>>
}

/** Traces forward, backward and update of one batch, as `step` runs them. */
export function traceTraining(
  ops: Ops,
  shaped: ShapedGraph,
  optimizer?: ElementwiseOptimizer,
): TracedStep {
  const traced = traceForward(ops, shaped, randomState(ops), true)
  const heads = traceHeads(ops, shaped, traced)
  const seeds = seedsOf(ops, heads)
  const gradients = traceBackward(ops, traced, seeds)
  const loss = totalLoss(ops, heads)
  const found = { traced, heads, seeds, gradients, loss }
  if (optimizer === undefined) return { ...found, updates: {} }
  const pairs = modelParameters(shaped).flatMap((parameter): ParameterGradient[] => {
    const gradient = gradients.parameters.get(parameter.name)
    return gradient === undefined || !parameter.trainable ? [] : [{ parameter, gradient }]
  })
  return { ...found, updates: traceUpdate(ops, optimizer, pairs) }
}

/** `step`: forward, backward and update of one batch. */
function traceStep(ops: Ops, { shaped, optimizer }: Context): Entry {
  if (optimizer === undefined) throw new Error('internal: `step` without an elementwise optimizer')
  const { traced, heads, loss, updates } = traceTraining(ops, shaped, optimizer)
  const sums = headSums(ops, 'train', heads)
  return ops.trace.entry(
    { [lossOutput]: loss },
    { ...traced.statistics, ...sums, ...updates },
    loss,
  )
}

/** `gradient`: adds a batch's ∂(Σ wℓ)/∂W and Σ w to the accumulators, for each head. */
function traceGradient(ops: Ops, { shaped, parameters }: Context): Entry {
  const traced = traceForward(ops, shaped, randomState(ops), true)
  const heads = traceHeads(ops, shaped, traced)
  const updates: Record<string, Tensor> = { ...traced.statistics, ...headSums(ops, 'train', heads) }
  for (const { head, gradient, weightSum, lossSum } of heads) {
    const { parameters: gradients } = traceBackward(ops, traced, [
      { ref: head.from, gradient: gradient(undefined) },
    ])
    for (const { name, trainable, spec } of parameters) {
      const found = gradients.get(name)
      if (found === undefined || !trainable) continue
      const accumulator = gradientName(head.name, name)
      updates[accumulator] = ops.add(floatState(ops, accumulator, spec.shape), found)
    }
    Object.assign(updates, accumulate(ops, sumName('group', head.name, 'weight'), weightSum))
    Object.assign(updates, accumulate(ops, sumName('group', head.name, 'loss'), lossSum))
  }
  const loss = totalLoss(ops, heads)
  return ops.trace.entry({ [lossOutput]: loss }, updates, loss)
}

/** `update`: one optimizer update from the accumulated gradients, which start anew. */
function traceUpdateEntry(ops: Ops, { shaped, parameters, optimizer }: Context): Entry {
  if (optimizer === undefined)
    throw new Error('internal: `update` without an elementwise optimizer')
  const updates: Record<string, Tensor> = {}
  const sums = new Map<string, Tensor>()
  for (const head of shaped.graph.heads) {
    if (head.loss === undefined) continue
    const weight = ops.trace.source('state', sumName('group', head.name, 'weight'), {
      dtype: 'f64',
      shape: [],
    })
    const scale = ops.div(
      ops.constant(head.lossWeight ?? 1, { shape: [] }),
      safeDivisor(ops, head, ops.cast(weight, ops.trace.float)),
    )
    for (const sum of ['weight', 'loss']) {
      updates[sumName('group', head.name, sum)] = ops.constant(0, { dtype: 'f64', shape: [] })
    }
    const reached = reachedParameters(shaped, head.name)
    for (const { name, spec, trainable } of parameters) {
      if (!trainable || !reached.has(name)) continue
      const accumulator = gradientName(head.name, name)
      const part = ops.mul(floatState(ops, accumulator, spec.shape), scale)
      const sum = sums.get(name)
      sums.set(name, sum === undefined ? part : ops.add(sum, part))
      updates[accumulator] = ops.constant(0, { shape: spec.shape })
    }
  }
  const pairs = parameters.flatMap((parameter): ParameterGradient[] => {
    const gradient = sums.get(parameter.name)
    return gradient === undefined ? [] : [{ parameter, gradient }]
  })
  return ops.trace.entry({}, { ...updates, ...traceUpdate(ops, optimizer, pairs) })
}

/** `loss`: L of a batch as it is trained, without its gradient. */
function traceLoss(ops: Ops, { shaped }: Context): Entry {
  const heads = traceHeads(ops, shaped, traceForward(ops, shaped, randomState(ops), true))
  return ops.trace.entry({ [lossOutput]: totalLoss(ops, heads) })
}

/** `inspect`: g^n, h^n, ∂L/∂g^n, ∂L/∂h^n and ∂L/∂W^n of every layer for a batch; nothing is changed. */
function traceInspect(ops: Ops, { shaped }: Context): Entry {
  const { traced, gradients, loss } = traceTraining(ops, shaped)
  const outputs: Record<string, Tensor> = { [lossOutput]: loss }
  for (const { shaped: node, result, seen } of traced.nodes) {
    const { name } = node.node
    const found = gradients.nodes.get(name)
    outputs[`${name}/h`] = result.h
    if (result.g !== undefined) outputs[`${name}/g`] = result.g
    if (found === undefined) continue
    outputs[`${name}/dh`] = found.dh
    if (found.gradients.dg !== undefined) outputs[`${name}/dg`] = found.gradients.dg
    for (const [parameter, gradient] of Object.entries(found.gradients.gradients)) {
      if (gradient === undefined) continue
      outputs[`${name}/${parameter}`] = whole(ops, seen[parameter] ?? gradient)
      outputs[`${name}/d${parameter}`] = whole(ops, gradient)
    }
  }
  return ops.trace.entry(outputs)
}

const whole = (ops: Ops, value: Tensor | Joined): Tensor =>
  'matrix' in value ? assemble(ops, value) : value

/** A program of entries that were traced from a graph: declares the inputs and states that they name. */
export function programOf(
  shaped: ShapedGraph,
  entries: Readonly<Record<string, Entry>>,
  maxBatch: number,
): Program {
  const statistics = statisticNames(shaped)
  const inputs: Record<string, TensorType> = {}
  const state: Record<string, StateDeclaration> = {}
  for (const entry of Object.values(entries)) {
    for (const { primitive, attributes, type } of entry.instructions as readonly Instruction[]) {
      if (primitive === 'input') inputs[attributes.name] = type
      if (primitive === 'state')
        state[attributes.name] = { type, kind: stateKind(attributes.name, statistics) }
    }
    for (const [name, id] of Object.entries(entry.updates)) {
      const type = entry.instructions[id]?.type
      if (type !== undefined) state[name] = { type, kind: stateKind(name, statistics) }
    }
  }
  return { version: 1, maxBatch, inputs, state, entries }
}

function statisticNames(shaped: ShapedGraph): Set<string> {
  return new Set(
    shaped.instances.flatMap(({ instance, statistics }) =>
      Object.keys(statistics).map((name) => statisticName(instance.name, name)),
    ),
  )
}

function stateKind(name: string, statistics: ReadonlySet<string>): StateKind {
  if (statistics.has(name)) return 'statistic'
  if (name === seedState || name === stepState) return 'counter'
  if ([learningRateState, totalStepsState, stepsPerEpochState].includes(name))
    return 'hyperparameter'
  if (/^(optimizer|average)\//.test(name)) return 'slot'
  if (name.startsWith('target/')) return 'preprocessing'
  if (/^(gradient|train|evaluate|group)\//.test(name)) return 'accumulator'
  return 'parameter'
}
