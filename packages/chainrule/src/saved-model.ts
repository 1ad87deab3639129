/** A model as it is kept: what a training hands on, and a file holds. */
import { modelKinds, type Runner } from '@chainrule/core'
import type { Preprocessing } from '@chainrule/data'
import type { Program } from '@chainrule/program'
import type { StoredTensor } from './safetensors.ts'

/** What a saved model is made of. */
export interface SavedModel {
  readonly source: string
  /** Which of several models of the text it is. */
  readonly model?: string | undefined
  readonly preprocessing: Preprocessing | undefined
  readonly heads: readonly SavedHead[]
  readonly metrics: readonly SavedMetric[]
  readonly inputs: readonly string[]
  /** With the entries `predict` and, where the model has a loss, `evaluate`. */
  readonly program: Program
  readonly states: Readonly<Record<string, StoredTensor>>
}

export interface SavedHead {
  readonly name: string
  readonly lossWeight?: number
  /** Of the target; `binary` is one probability, `class` one for each class. */
  readonly kind: 'number' | 'class' | 'binary'
}

export interface SavedMetric {
  readonly head: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

/** The part of a program that some entries need. */
export function extractEntries(program: Program, names: readonly string[]): Program {
  const entries = Object.fromEntries(
    Object.entries(program.entries).filter(([name]) => names.includes(name)),
  )
  const inputs = new Set<string>()
  const states = new Set<string>()
  for (const { instructions, updates } of Object.values(entries)) {
    for (const { primitive, attributes } of instructions) {
      if (primitive === 'input') inputs.add(attributes.name)
      if (primitive === 'state') states.add(attributes.name)
    }
    for (const name of Object.keys(updates)) states.add(name)
  }
  return {
    ...program,
    inputs: Object.fromEntries(Object.entries(program.inputs).filter(([name]) => inputs.has(name))),
    state: Object.fromEntries(Object.entries(program.state).filter(([name]) => states.has(name))),
    entries,
  }
}

/** The model that a runner holds, as what a file stores. */
export function savedModel(
  runner: Runner,
  about: Pick<SavedModel, 'source' | 'model' | 'preprocessing' | 'heads'>,
): SavedModel {
  const program = extractEntries(runner.program, ['predict', 'evaluate'])
  const states = Object.entries(program.state)
    .filter(([, { kind }]) => modelKinds.includes(kind))
    .map(([name, { type }]) => {
      const shape = type.shape.map((size) => (typeof size === 'number' ? size : size.rows))
      return [name, { shape, values: runner.executable.state(name).slice() }] as const
    })
  const { metrics, inputs } = runner.outline
  return {
    ...about,
    inputs,
    metrics: metrics.map(({ head, metric }) => ({
      head,
      name: metric.name,
      config: metric.config,
    })),
    program,
    states: Object.fromEntries(states),
  }
}
