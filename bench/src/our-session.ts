/** A workload as a session of ours: through the language, as a person's text goes. */
import {
  type Engine,
  type ModelData,
  modelParameters,
  Session,
  type ShapedGraph,
} from '@chainrule/core'
import { type DataFacts, type Experiment, parse, resolve } from '@chainrule/language'
import { builtInRegistry } from 'chainrule'
import type { Arrays } from './work-folder.ts'
import { modelText, type NetworkWorkload } from './workload.ts'

/** The experiment that the workload's text means. */
export function experimentOf(workload: NetworkWorkload): Experiment & { shaped: ShapedGraph } {
  const { ast, diagnostics: syntax } = parse(modelText(workload), { file: 'workload.mlp' })
  const facts = factsOf(workload)
  const { experiment, diagnostics } = resolve(ast, { registry: builtInRegistry(), facts })
  const shaped = experiment?.shaped
  if (experiment === undefined || shaped === undefined) {
    const told = [...syntax, ...diagnostics].map(({ message }) => message).join('; ')
    throw new Error(`internal: the text of ${workload.name} has mistakes: ${told}`)
  }
  return { ...experiment, shaped }
}

function factsOf({ sizes, loss, rows, family }: NetworkWorkload): DataFacts {
  const shape = family?.input ?? sizes.slice(0, 1)
  const width = sizes.at(-1) ?? 0
  const classes = Array.from({ length: width }, (_, i) => String(i))
  const target =
    loss === 'mse'
      ? ({ kind: 'number', classes: [] } as const)
      : ({ kind: 'class', classes } as const)
  const hasTokens = family?.tokens !== undefined
  const [dtype, places] = [hasTokens ? ('i32' as const) : ('f32' as const), hasTokens ? shape : []]
  return {
    inputs: [{ input: undefined, shape, dtype, origin: 'the workload' }],
    targets: [{ head: undefined, name: 'y', width: loss === 'mse' ? width : 1, ...target, places }],
    trainRows: rows,
    hasValidation: false,
  }
}

/** The entry points that the command has for a training, without accumulators of gradients. */
const trained = ['init', 'predict', 'evaluate', 'step'] as const

/** A session with parameters drawn from its seed; for inference without what only training needs. */
export async function openSession(workload: NetworkWorkload, engine: Engine): Promise<Session> {
  const { shaped, optimizer, fit } = experimentOf(workload)
  const training = workload.kind === 'training' ? { optimizer, entries: trained } : {}
  const session = await Session.create(shaped, { maxBatch: workload.batch, ...training }, engine)
  session.initialise(fit.seed)
  return session
}

/** All parameters in one, as the work folder has them. */
export function weightsOf(session: Session): Float32Array {
  const parts = modelParameters(session.shaped).map(({ name }) => session.executable.state(name))
  const weights = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    weights.set(part, at)
    at += part.length
  }
  return weights
}

/** Puts the weights of a work folder into a session. */
export function setWeights(session: Session, weights: Float32Array): void {
  let at = 0
  for (const { name } of modelParameters(session.shaped)) {
    const state = session.executable.state(name)
    state.set(weights.subarray(at, at + state.length))
    at += state.length
  }
}

/** Rows under the names that the graph gives them. */
export function modelData(
  { shaped }: Session,
  { inputs, targets }: Pick<Arrays, 'inputs'> & Partial<Pick<Arrays, 'targets'>>,
  rows: number,
): ModelData {
  const [input] = shaped.graph.inputs
  const [head] = shaped.graph.heads
  if (input === undefined || head === undefined) throw new Error('internal: a model without data')
  const named = targets === undefined ? {} : { targets: { [head.name]: targets } }
  return { rows, inputs: { [input.name]: inputs }, ...named }
}
