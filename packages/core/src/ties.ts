/** Tied parameters: a layer computes with a parameter of another, as it is or transposed. */
import { ChainruleError, formatShape, type Shape, sameShape } from '@chainrule/program'
import { graphInvalid } from './errors.ts'
import type { ParameterRef, ShapedInstance } from './graph.ts'
import type { ParameterSpec } from './layer.ts'
import { parameterName } from './state-names.ts'

/** A parameter that is kept, initialised, updated and saved as that of another layer. */
export interface TiedParameter {
  /** What the layer itself would have kept. */
  readonly spec: ParameterSpec
  /** Whose it is: never one that is tied itself. */
  readonly owner: ParameterRef
  /** Of what shape it is there. */
  readonly ownerShape: Shape
  readonly transposed: boolean
}

/** How an owner's parameter fits where another layer needs one; `undefined` where it does not. A square one is not turned. */
export function tieOf(needed: Shape, given: Shape): { readonly transposed: boolean } | undefined {
  if (sameShape(needed, given)) return { transposed: false }
  const turns = needed.length === 2 && given.length === 2
  return turns && sameShape(needed, given.toReversed()) ? { transposed: true } : undefined
}

/**
 * Takes tied parameters out of what instances keep themselves.
 *
 * Errors     graph-invalid for a tie to nothing and for a ring of ties; shape-mismatch
 */
export function resolveTies(shaped: ReadonlyMap<string, ShapedInstance>): ShapedInstance[] {
  return [...shaped.values()].map((each) => {
    const { instance, parameters } = each
    if (instance.ties === undefined) return each
    const own = { ...parameters }
    const tied: Record<string, TiedParameter> = {}
    for (const name of Object.keys(instance.ties)) {
      const spec = parameters[name]
      if (spec === undefined)
        throw graphInvalid(`\`${instance.name}\` ties \`${name}\`, which is none of its parameters`)
      const { owner, spec: kept } = ownerOf(shaped, { instance: instance.name, parameter: name })
      const tie = tieOf(spec.shape, kept.shape)
      if (tie === undefined) throw unfit(instance.name, name, spec.shape, owner, kept.shape)
      tied[name] = { spec, owner, ownerShape: kept.shape, ...tie }
      delete own[name]
    }
    return { ...each, parameters: own, tied }
  })
}

/** Follows ties to the parameter that is no one else's. */
function ownerOf(
  shaped: ReadonlyMap<string, ShapedInstance>,
  from: ParameterRef,
): { owner: ParameterRef; spec: ParameterSpec } {
  let owner = from
  for (let followed = 0; followed <= shaped.size; followed++) {
    const { instance, parameter } = owner
    const found = shaped.get(instance)
    const next = found?.instance.ties?.[parameter]
    const spec = found?.parameters[parameter]
    if (spec === undefined)
      throw graphInvalid(`nothing in the graph is called \`${parameterName(instance, parameter)}\``)
    if (next === undefined) return { owner, spec }
    owner = next
  }
  throw graphInvalid(
    `\`${parameterName(from.instance, from.parameter)}\` is tied to itself`,
    'tie it to a parameter that a layer keeps itself',
  )
}

function unfit(
  instance: string,
  name: string,
  needed: Shape,
  owner: ParameterRef,
  given: Shape,
): ChainruleError {
  const of = parameterName(owner.instance, owner.parameter)
  return new ChainruleError(
    'shape-mismatch',
    `\`${name}\` of \`${instance}\` is ${formatShape(needed)}, but \`${of}\`, to which it is tied, is ${formatShape(given)}`,
    { help: 'both must have the same shape, or one be that of the other transposed' },
  )
}
