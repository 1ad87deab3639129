import type { LayerInstance, ParameterSelector, ParameterSpec } from '@chainrule/core'
import type { Reference } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import { maxSuggested, suggestion } from '../suggest.ts'
import type { Context } from './context.ts'
import type { Names } from './names.ts'

/** What `@enc`, `@cell.0` and `@enc.weight` mean where parameters are spoken of. */

type Of = Extract<ParameterSelector, { readonly instance: string }>

/** What each layer keeps, where shapes are known. */
export type Kept = ReadonlyMap<string, Readonly<Record<string, ParameterSpec>>>

/** The layers so far. */
export interface Layers {
  readonly parameters: Kept
  readonly instance: (name: string) => LayerInstance | undefined
}

export const referenceText = ({ name, path }: Pick<Reference, 'name' | 'path'>): string =>
  ['@', [name.text, ...path.map(partText)].join('.')].join('')

const partText = (part: Reference['path'][number]): string =>
  part.kind === 'name' ? part.text : String(part.value)

/**
 * The parameters that a reference speaks of: all of a stage, of layers within it, or one by its name. `undefined` where there
 * are none, which is said, or where what is named could not be read, which was.
 */
export function parametersAt(
  reference: Reference,
  names: Names,
  { parameters, instance: find }: Layers,
  { report }: Context,
): readonly Of[] | undefined {
  const found = names.look(reference)
  if (found === undefined) return undefined
  const { chain } = found
  const made = chain?.items.slice(chain.own, chain.length) ?? []
  if (made.includes(undefined)) return undefined
  const own = [...new Set(made.map((each) => each?.instance.name ?? ''))]
  const selected = within(reference, own, parameters)
  if (selected.length > 0) return selected.map((each) => ownerOf(each, find))
  const known = own.flatMap((instance) => Object.keys(parameters.get(instance) ?? {}))
  report(unknownParameter(reference, [...new Set(known)].slice(0, maxSuggested)))
  return undefined
}

/** A path is that of layers within the stage, or has the name of a parameter at its end. */
function within({ name, path }: Reference, own: readonly string[], kept: Kept): Of[] {
  const parts = path.map(partText)
  const at = (inner: readonly string[]): string[] =>
    inner.length === 0
      ? [...own]
      : own.filter((instance) => isWithin(instance, [name.text, ...inner]))
  // Where shapes are not known, parameters are not either.
  const keeps = (instance: string, parameter?: string): boolean => {
    const known = kept.get(instance)
    if (known === undefined) return true
    return parameter === undefined ? Object.keys(known).length > 0 : Object.hasOwn(known, parameter)
  }
  const whole = at(parts).filter((instance) => keeps(instance))
  const [parameter] = parts.slice(-1)
  if (whole.length > 0 || parameter === undefined) return whole.map((instance) => ({ instance }))
  return at(parts.slice(0, -1))
    .filter((instance) => keeps(instance, parameter))
    .map((instance) => ({ instance, parameter }))
}

/** What is tied stands for the parameter that it is tied to. */
function ownerOf(selected: Of, find: Layers['instance']): Of {
  const { instance, parameter } = selected
  const further = parameter === undefined ? undefined : find(instance)?.ties?.[parameter]
  return further === undefined ? selected : ownerOf(further, find)
}

/** Whether `cell.0.dense1` is `cell.0` or a layer within it, in whatever braces both stand. */
const isWithin = (instance: string, path: readonly string[]): boolean =>
  `.${instance}.`.includes(`.${path.join('.')}.`)

function unknownParameter(reference: Reference, known: readonly string[]) {
  const { span, name } = reference
  const candidates = known.map((parameter) => `@${name.text}.${parameter}`)
  const { help, edits } = suggestion(span, referenceText(reference), candidates)
  const there =
    candidates.length === 0
      ? `${quote(`@${name.text}`)} keeps no parameters`
      : `there is ${listed(candidates)}`
  return diagnostic('unknown-parameter', span, {
    message: `no parameter is called ${quote(referenceText(reference))}`,
    label: 'not among those of the layers that it names',
    help: help.length > 0 ? help : there,
    edits,
  })
}
