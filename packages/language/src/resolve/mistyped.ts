import { directives, type Registry } from '@chainrule/core'
import type { Layer, Pipeline, Statement } from '../ast.ts'
import { near } from '../suggest.ts'
import { comesLater, laterLayers } from './later.ts'

/**
 * Statements whose first word is mistyped. `los mse` has the form of a layer, so that only here, where the layers are known,
 * it turns out to be a directive.
 */

/** Words that begin a statement. */
const statementWords: readonly string[] = [...directives, 'let', 'use', 'block', 'model']

/** The layer of a statement that is nothing but one layer, as a mistyped directive would be. */
export function loneLayer(statement: Statement): Layer | undefined {
  if (statement.kind !== 'pipeline' || statement.stages.length !== 1) return undefined
  const [stage] = statement.stages
  const isPlain = stage?.kind === 'layer' && stage.qualifier === undefined && stage.as === undefined
  return isPlain ? stage : undefined
}

/** Whether a layer has the name, or will. */
export const isLayer = (name: string, registry: Registry): boolean =>
  registry.find('layer', name) !== undefined || comesLater('layer', name)

/** The words of statements that are nearer to a word than every layer is; none where it may as well be a layer. */
export function directivesMeant(
  word: string,
  registry: Registry,
  blocks: ReadonlySet<string>,
): readonly string[] {
  const found = near(word, statementWords)
  if (found === undefined) return []
  const layer = near(word, [...registry.names('layer'), ...laterLayers(), ...blocks])
  return layer !== undefined && layer.distance <= found.distance ? [] : found.names
}

/** The same inside the braces of `data`, where no layer stands. */
export const dataDirectivesMeant = (word: string, fits: ReadonlySet<string>): readonly string[] =>
  (near(word, fits) ?? near(word, statementWords))?.names ?? []

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
