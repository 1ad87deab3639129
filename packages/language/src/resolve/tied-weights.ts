import { formatShape, type ParameterRef, type ParameterSpec, tieOf } from '@chainrule/core'
import type { Argument, Layer as LayerStage, Reference, Span } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import { argumentTwice } from './argument-errors.ts'
import type { Context } from './context.ts'
import type { Names } from './names.ts'
import { type Layers, parametersAt, referenceText } from './parameter-references.ts'

/** `weights=@embed.weight`: a layer computes with a parameter of another. */

/** The argument that ties a layer. */
export interface Tie {
  readonly argument: Argument
  readonly reference: Reference
}

/** The arguments of a layer without the one that ties it. */
export function splitTie(
  args: readonly Argument[],
  layer: string,
  { report }: Context,
): { readonly args: readonly Argument[]; readonly tie: Tie | undefined } {
  const argument = args.find(({ name, value }) => {
    return name?.text === 'weights' && value.kind === 'reference'
  })
  if (argument?.value.kind !== 'reference') return { args, tie: undefined }
  const [others, tie] = [[] as Argument[], { argument, reference: argument.value }]
  for (const each of args) {
    if (each === argument) continue
    if (each.name?.text === 'weights') report(argumentTwice(each, argument, layer))
    else others.push(each)
  }
  return { args: others, tie }
}

/** The layers so far, and where they stand. */
export interface Built extends Layers {
  readonly places: ReadonlyMap<string, Span>
}

/** The layer that is tied. */
export interface Tied {
  readonly stage: LayerStage
  /** What it would keep; missing where shapes are not known. */
  readonly parameters: Readonly<Record<string, ParameterSpec>> | undefined
  readonly freeze: boolean | undefined
}

/** Whose each tied parameter of a layer is; `undefined` where something is wrong, which is said. */
export function tiesOf(
  { reference }: Tie,
  tied: Tied,
  built: Built,
  names: Names,
  context: Context,
): Readonly<Record<string, ParameterRef>> | undefined {
  const { report } = context
  const { stage, parameters } = tied
  if (stage.as?.text === reference.name.text && names.get(reference.name.text) === undefined) {
    report(tiedToItself(reference, stage))
    return undefined
  }
  const own = parameters === undefined ? 'weight' : tieable(parameters)
  if (own === undefined) {
    report(notTieable(reference, stage, Object.keys(parameters ?? {})))
    return undefined
  }
  const owner = targetOf(reference, built, names, context)
  if (owner === undefined) return undefined
  const [needed, given] = [
    parameters?.[own]?.shape,
    built.parameters.get(owner.instance)?.[owner.parameter]?.shape,
  ]
  const place = built.places.get(owner.instance)
  if (needed !== undefined && given !== undefined && tieOf(needed, given) === undefined) {
    report(tieMismatch({ reference, stage, own, needed, given, place }))
    return undefined
  }
  const frozen = built.instance(owner.instance)?.freeze === true
  if (frozen !== (tied.freeze === true)) report(tiedFrozen(reference, stage, frozen, place))
  return { [own]: owner }
}

/** The parameter that is meant by `weights`: the one of that name, or else the only one that is a weight. */
function tieable(parameters: Readonly<Record<string, ParameterSpec>>): string | undefined {
  if (Object.hasOwn(parameters, 'weight')) return 'weight'
  const weights = Object.entries(parameters).filter(([, { role }]) => role !== 'bias')
  const [only, ...others] = weights
  return others.length > 0 ? undefined : only?.[0]
}

function targetOf(
  reference: Reference,
  built: Built,
  names: Names,
  context: Context,
): ParameterRef | undefined {
  const selected = parametersAt(reference, names, built, context)
  const [only, ...others] = selected ?? []
  if (only === undefined) return undefined
  if (only.parameter !== undefined && others.length === 0)
    return { instance: only.instance, parameter: only.parameter }
  const each = (selected ?? []).flatMap(({ instance, parameter }) =>
    parameter === undefined
      ? Object.keys(built.parameters.get(instance) ?? {}).map((name) => `@${instance}.${name}`)
      : [`@${instance}.${parameter}`],
  )
  context.report(severalParameters(reference, each))
  return undefined
}

function tiedToItself({ span }: Reference, stage: LayerStage): Diagnostic {
  return diagnostic('tied-to-itself', span, {
    message: `${quote(stage.name.text)} is tied to itself`,
    label: 'this very layer',
    related: stage.as === undefined ? [] : [{ span: stage.as.span, label: 'named here' }],
    help: 'leave it out, or name a layer further up',
  })
}

function notTieable(
  { span }: Reference,
  { name }: LayerStage,
  kept: readonly string[],
): Diagnostic {
  return diagnostic('unknown-parameter', span, {
    message: `${quote(name.text)} has no parameter that \`weights\` alone could mean`,
    label: kept.length === 0 ? 'it keeps none' : `it keeps ${listed(kept)}`,
    help: 'to use all of a layer again write `same @name`',
  })
}

function severalParameters(reference: Reference, each: readonly string[]): Diagnostic {
  return diagnostic('unknown-parameter', reference.span, {
    message: `${quote(referenceText(reference))} is not one parameter`,
    label: each.length === 0 ? 'a parameter is named here' : `there is ${listed(each)}`,
    help: 'name one, such as `weights=@embed.weight`',
    edits: each.length === 1 ? [{ span: reference.span, text: each[0] ?? '' }] : [],
  })
}

interface Mismatch {
  readonly reference: Reference
  readonly stage: LayerStage
  readonly own: string
  readonly needed: readonly number[]
  readonly given: readonly number[]
  readonly place: Span | undefined
}

function tieMismatch({ reference, stage, own, needed, given, place }: Mismatch): Diagnostic {
  const [here, there] = [needed, given].map(formatShape)
  const turned = needed.length === 2 ? `, or ${formatShape(needed.toReversed())} transposed` : ''
  return diagnostic('shape-mismatch', reference.span, {
    message: `${quote(own)} of ${quote(stage.name.text)} is ${here}, but ${quote(referenceText(reference))} is ${there}`,
    label: `${here} is needed here${turned}`,
    related: place === undefined ? [] : [{ span: place, label: `keeps ${there}` }],
    help: 'let the sizes of the two layers fit, or leave `weights=` out',
  })
}

function tiedFrozen(
  reference: Reference,
  { name }: LayerStage,
  ownerIsFrozen: boolean,
  place: Span | undefined,
): Diagnostic {
  const whose = quote(referenceText(reference))
  return diagnostic('tied-frozen', reference.span, {
    message: ownerIsFrozen
      ? `${whose} is frozen, so ${quote(name.text)} does not learn it either`
      : `${quote(name.text)} is frozen, but ${whose} is learnt where it belongs`,
    label: ownerIsFrozen ? 'stays as it is drawn' : 'changes all the same',
    related: place === undefined ? [] : [{ span: place, label: 'keeps it' }],
    help: ownerIsFrozen
      ? 'leave `freeze` out there, or freeze this layer too'
      : 'freeze the layer that keeps it, or leave `freeze` out here',
  })
}
