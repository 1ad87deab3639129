/** What a layer's author writes down: cases, and where their numbers come from. */
import { type Engine, type Plugin, type RawValue, rawText } from '@chainrule/core'
import type { Numbers } from './draw.ts'
import type { Tolerance } from './tolerances.ts'

/** Where the elements of a tensor are drawn from; a layer with a kink or a pole stays away from it. */
export interface Domain {
  /** -1 where left out. */
  readonly from?: number
  /** 1 where left out. */
  readonly to?: number
  /** Every element is at least `gap` away from these. */
  readonly away?: readonly number[]
  /** 0.05 where left out. */
  readonly gap?: number
}

/** One input of a layer in a case. */
export interface CaseInput {
  /** Of one row: [4] is [B, 4]. */
  readonly shape: readonly number[]
  /** For a float input. */
  readonly domain?: Domain
  /** For an integer input: 0, 1, …, below - 1. */
  readonly below?: number
  /** The elements themselves, where they are bound to each other, as shares that add up to 1 are. */
  readonly draw?: (numbers: Numbers, count: number) => readonly number[]
  /** No gradient of it is looked at, as of a target. */
  readonly fixed?: true
}

/** What is checked, by name; `checks/` has a file for each. */
export type CheckName =
  | 'shape'
  | 'init'
  | 'derived'
  | 'finite-differences'
  | 'inner-product'
  | 'determinism'
  | 'untouched'
  | 'rows'
  | 'running-state'
  | 'modes'
  | 'sizes'
  | 'other-shapes'
  | 'extremes'
  | 'masks'
  | 'save-and-load'
  | 'options'
  | 'engines'
  | 'places'
  | 'target-shape'
  | 'still'
  | 'sums'
  | 'range'
  | 'rates'
  | 'columns'
  | 'broken'

/** A difference that is allowed to be larger than the table says, and why. */
export interface Override extends Tolerance {
  readonly reason: string
}

/** One configuration of a layer on inputs of one shape. */
export interface LayerCase {
  /** Written from the call and the shapes where left out. */
  readonly title?: string
  /** Positional arguments, as a text would give them. */
  readonly arguments?: readonly RawValue[]
  /** Named arguments and options. */
  readonly options?: Readonly<Record<string, RawValue>>
  /** In the layer's order, a list of sizes being a float input; `undefined` leaves an optional one out. */
  readonly inputs: readonly (CaseInput | readonly number[] | undefined)[]
  /** Where parameters are drawn from, by name. */
  readonly parameters?: Readonly<Record<string, Domain>>
  /** Where running values are drawn from, by name. */
  readonly statistics?: Readonly<Record<string, Domain>>
  /** 3 where left out. */
  readonly rows?: number
  readonly tolerances?: Partial<Readonly<Record<'f64' | 'f32' | 'finiteDifference', Override>>>
  /** Checks that this case cannot pass, each with the reason. */
  readonly except?: Partial<Readonly<Record<CheckName, string>>>
}

/** A call that must be refused. */
export interface Refusal {
  readonly arguments?: readonly RawValue[]
  readonly options?: Readonly<Record<string, RawValue>>
  /** Those of the first case where left out. */
  readonly inputs?: LayerCase['inputs']
  readonly code: string
  /** What the message has in it. */
  readonly says?: string
}

/** What a layer is checked with. */
export interface Conformance {
  readonly cases: readonly LayerCase[]
  /** The first is the reference, which computes in float64 too; every other one is compared with it. */
  readonly engines: readonly [Engine, ...Engine[]]
  /** Calls that must be refused, at least one for each code that the layer itself throws. */
  readonly refuses?: readonly Refusal[]
  /** The activations and initializers that the cases or the layer's defaults name. */
  readonly plugins?: readonly Plugin[]
  /** Of all numbers that are drawn; 1 where left out. */
  readonly seed?: number
  /** The checks to run; all where left out. */
  readonly only?: readonly CheckName[]
}

/** An input with the shorthand written out. */
export function asInput(input: CaseInput | readonly number[]): CaseInput {
  return isSizes(input) ? { shape: input } : input
}

const isSizes = (input: CaseInput | readonly number[]): input is readonly number[] =>
  Array.isArray(input)

/** Those of the checks that mean something which were asked for. */
export function among(meant: readonly CheckName[], only = meant): CheckName[] {
  return meant.filter((check) => only.includes(check))
}

/** `dense 4 tanh bias=false on [5]`. */
export function titleOf(layer: string, tested: LayerCase): string {
  if (tested.title !== undefined) return tested.title
  const named = Object.entries(tested.options ?? {}).map(([name, v]) => `${name}=${rawText(v)}`)
  const shapes = tested.inputs.map((input) =>
    input === undefined ? 'nothing' : `[${asInput(input).shape.join(', ')}]`,
  )
  const call = [layer, ...(tested.arguments ?? []).map(rawText), ...named].join(' ')
  return `${call} on ${shapes.join(' and ')}`
}

/** Without a case nothing is checked, which would look like a layer that is right. */
export function checkCases(
  { name }: { readonly name: string },
  { cases }: { readonly cases: readonly unknown[] },
  example = '{ inputs: [[4]] }',
): void {
  if (cases.length > 0) return
  throw new Error(
    `\`${name}\` is given no cases, so nothing is checked: write one, such as \`${example}\``,
  )
}
