import { type Body, layerName, type Stage } from '../ast.ts'
import type { Context } from './context.ts'
import type { Flow } from './flow.ts'
import type { GraphBuilder, Placement } from './graph-builder.ts'

/** The copies of a `repeat`: what they are called after, and what each hands on to the next. */

/** The block that is all of a body: its copies are called after it. */
export function onlyBlock({ statements }: Body, { scope }: Context): string | undefined {
  const [only, more] = statements
  if (only?.kind !== 'pipeline' || more !== undefined || only.stages.length !== 1) return undefined
  const [stage] = only.stages
  if (stage?.kind !== 'layer') return undefined
  return scope.block(layerName(stage)) === undefined ? undefined : stage.name.text
}

/** What the layers within braces are called after: a name that is written, or the next of their kind. */
export function groupName(
  stage: Stage,
  kind: string,
  place: Placement,
  builder: GraphBuilder,
): string {
  return stage.as === undefined ? builder.groupName(kind, place) : `${place.prefix}${stage.as.text}`
}

/** What each copy hands on; behind one of which it is not known no other is read. */
export function flowsOfCopies(
  copies: number,
  group: string,
  flow: Flow,
  read: (flow: Flow, prefix: string) => Flow,
): Flow[] {
  const results: Flow[] = []
  let result = flow
  do {
    result = read(result, `${group}.${results.length}.`)
    results.push(result)
  } while (results.length < copies && result !== undefined)
  return results
}
