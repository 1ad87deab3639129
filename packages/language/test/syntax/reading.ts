import type { Argument, Stage, Statement } from '../../src/ast.ts'
import { parse } from '../../src/parse.ts'

/** The statements of a text that has nothing wrong. */
export function statementsOf(text: string): readonly Statement[] {
  const { ast, diagnostics } = parse(text)
  if (diagnostics.length > 0) throw new Error(`${text} has ${diagnostics[0]?.message}`)
  return ast.body.statements
}

export function stagesOf(text: string): readonly Stage[] {
  const [statement] = statementsOf(text)
  if (statement?.kind !== 'pipeline') throw new Error(`${text} is no pipeline`)
  return statement.stages
}

/** The arguments of the first layer or directive. */
export function argumentsOf(text: string): readonly Argument[] {
  const [statement] = statementsOf(text)
  if (statement?.kind === 'directive') return statement.arguments
  const [stage] = stagesOf(text)
  if (stage?.kind !== 'layer') throw new Error(`${text} begins with no layer`)
  return stage.arguments
}
