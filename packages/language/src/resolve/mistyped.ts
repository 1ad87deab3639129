import { directives, type Registry } from '@chainrule/core'
import type { Layer, Name, Pipeline, Statement } from '../ast.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { argumentAsDirective, unknownDirective } from '../name-errors.ts'
import { near } from '../suggest.ts'
import { statementWith } from './argument-owners.ts'

/**
 * Statements whose first word is mistyped. `los mse` has the form of a layer, so that only here, where the layers are known,
 * it turns out to be a directive.
 */

/** Words that begin a statement. */
const statementWords: readonly string[] = [...directives, 'mlp', 'let', 'use', 'block', 'model']

/** The layer of a statement that is nothing but one layer, as a mistyped directive would be. */
export function loneLayer(statement: Statement): Layer | undefined {
  if (statement.kind !== 'pipeline' || statement.stages.length !== 1) return undefined
  const [stage] = statement.stages
  const isPlain = stage?.kind === 'layer' && stage.qualifier === undefined && stage.as === undefined
  return isPlain ? stage : undefined
}

/** Whether a layer has the name. */
export const isLayer = (name: string, registry: Registry): boolean =>
  registry.find('layer', name) !== undefined

/** What is to be said of a statement's first word, and the word that was meant, if that can be said. */
export interface Judged {
  readonly found: Diagnostic
  readonly word: string | undefined
}

/**
 * `undefined` for a word that may as well be a layer: none that begins a statement is nearer. `others` are the layers of plugins,
 * and the blocks.
 */
export function judgeWord(
  name: Name,
  registry: Registry,
  others: readonly string[],
): Judged | undefined {
  const { names = [], distance = 0 } = near(name.text, statementWords) ?? {}
  const layer = near(name.text, [...registry.names('layer'), ...others])
  const isNearer = names.length > 0 && (layer === undefined || distance < layer.distance)
  if (isNearer) return { found: unknownDirective(name, names), word: onlyOf(names) }
  return judgeArgument(name, registry)
}

/** The same inside the braces of `data`, where no layer stands: `fits` does, and `shown` is what of it is built in. */
export function judgeDataWord(
  name: Name,
  registry: Registry,
  fits: ReadonlySet<string>,
  shown: readonly string[],
): Judged {
  const own = near(name.text, fits)?.names
  const names = own ?? near(name.text, statementWords)?.names ?? []
  const argument = names.length === 0 ? judgeArgument(name, registry) : undefined
  const word = own === undefined ? undefined : onlyOf(own)
  return argument ?? { found: unknownDirective(name, names, shown), word }
}

function judgeArgument(name: Name, registry: Registry): Judged | undefined {
  const statement = statementWith(name.text, registry)
  if (statement === undefined) return undefined
  return { found: argumentAsDirective(name, statement), word: undefined }
}

const onlyOf = (names: readonly string[]): string | undefined =>
  names.length === 1 ? names[0] : undefined

/** A statement as it was meant, if what it says can be read from what was written. */
export function asMeant(
  { span, doc, damaged }: Pipeline,
  { name, arguments: args, damaged: isBroken }: Layer,
  word: string,
): Statement | undefined {
  const base = { span, doc, damaged: damaged || isBroken }
  if (directives.includes(word)) {
    const meant = { ...name, text: word }
    return {
      ...base,
      kind: 'directive',
      name: meant,
      arguments: args,
      on: undefined,
      body: undefined,
    }
  }
  const [only, ...others] = args
  if (word !== 'let' || only?.name === undefined || others.length > 0) return undefined
  return { ...base, kind: 'let', name: only.name, value: only.value }
}
