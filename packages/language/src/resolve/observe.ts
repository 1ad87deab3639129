import type { LayerInstance, RawValue, Shape } from '@chainrule/core'
import type { File, Name, Span, Stage } from '../ast.ts'
import type { Context } from './context.ts'
import type { ElementType, Flow } from './flow.ts'
import { readInputs } from './inputs.ts'
import { mended } from './mended.ts'
import { PipelineResolver, type Place, resolvePipelines } from './pipelines.ts'
import type { ResolveOptions } from './resolve.ts'
import type { Scope } from './scope.ts'
import { mayBeUsed, single, sortStatements } from './statements.ts'
import { readInit } from './training.ts'

/** One of the tensors that flow into or out of a stage. */
export interface ObservedTensor {
  /** Missing where it is not known. */
  readonly shape: Shape | undefined
  readonly dtype: ElementType | undefined
}

/** A parameter of a layer. */
export interface ObservedParameter {
  readonly instance: string
  readonly name: string
  readonly shape: readonly number[]
}

/** A stage as it was read; that of a block is read wherever the block is called, and that of `repeat` for each copy. */
export interface ObservedStage {
  readonly stage: Stage
  /** Missing where nothing is known of them. */
  readonly inputs: readonly ObservedTensor[] | undefined
  readonly outputs: readonly ObservedTensor[] | undefined
  /** The layers that it made. */
  readonly instances: readonly LayerInstance[]
  /** What they keep, but for what is another's; missing where not all shapes are known. */
  readonly parameters: readonly ObservedParameter[] | undefined
  /** The values of the constants that it sees. */
  constant(name: string): RawValue | undefined
}

/** What is known of a text as it stands, right or wrong. */
export interface Observed {
  /** In the order in which they were read, those in braces before what has the braces. */
  readonly stages: readonly ObservedStage[]
  /** The constants outside of blocks, by the place of their names. */
  readonly constants: ReadonlyMap<Name, RawValue>
  /** What the inputs of the model are, by name; of the one that no text declares, under ''. */
  readonly inputs: ReadonlyMap<string, ObservedTensor>
}

/**
 * Follows the pipelines of a text as `resolve` does, and tells what flows where. It takes every text: of a pipeline with a
 * mistake what stands before it is followed. What is wrong is not said.
 */
export function observe(ast: File, options: ResolveOptions): Observed {
  const { registry, facts, uses, model } = options
  const silent = { registry, report: () => {}, crowded: () => true }
  const statements = sortStatements(mended(ast), silent, { uses, model })
  const ofUse = (name: string): boolean => mayBeUsed(statements.foreign, name)
  const contextOf = ({ scope }: { readonly scope: Scope }): Context => ({
    ...silent,
    scope,
    mayBeUsed: ofUse,
    damaged: true,
  })
  const declared = readInputs(statements, contextOf)
  const placed = single(statements.directives('init'), silent.report)
  const init = placed === undefined ? undefined : readInit(placed.node, contextOf(placed))
  // Those of an earlier text do not say what is declared in this one.
  const known = declared.length > 0 ? undefined : facts
  const found = resolvePipelines(statements, { declared, facts: known, init, contextOf }, Observer)
  const constants = statements.scopes.flatMap((scope) =>
    scope
      .all()
      .flatMap(({ name, value }) => (value === undefined ? [] : [[name, value.raw] as const])),
  )
  const inputs = found.inputs.map(
    ({ declared: input, origin }) => [input?.name.text ?? '', tensorOf(origin)] as const,
  )
  return { stages: found.seen, constants: new Map(constants), inputs: new Map(inputs) }
}

const tensorOf = ({ shape, dtype }: ObservedTensor): ObservedTensor => ({ shape, dtype })

const tensorsOf = (flow: Flow): readonly ObservedTensor[] | undefined => flow?.map(tensorOf)

class Observer extends PipelineResolver {
  readonly seen: ObservedStage[] = []

  protected override stage(stage: Stage, flow: Flow, before: Span | undefined, place: Place): Flow {
    const { instances } = this.builder
    const first = instances.length
    const inputs = tensorsOf(flow)
    const { scope } = place.context
    const output = super.stage(stage, flow, before, place)
    const made = instances.slice(first)
    this.seen.push({
      stage,
      inputs,
      outputs: tensorsOf(output),
      instances: made,
      parameters: this.#kept(made),
      constant: (name) => scope.find(name)?.value?.raw,
    })
    return output
  }

  #kept(instances: readonly LayerInstance[]): ObservedParameter[] | undefined {
    const found: ObservedParameter[] = []
    for (const { name, ties = {} } of instances) {
      const kept = this.builder.parameters.get(name)
      if (kept === undefined) return undefined
      for (const [parameter, { shape }] of Object.entries(kept))
        if (!Object.hasOwn(ties, parameter)) found.push({ instance: name, name: parameter, shape })
    }
    return found
  }
}
