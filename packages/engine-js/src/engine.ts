/** The reference engine. */
import type { Engine, Program } from '@chainrule/program'
import { JsExecutable } from './executable.ts'

export interface JsEngine extends Engine {
  readonly name: 'js'
  compile(program: Program): JsExecutable
}

/**
 * Runs programs with plain loops over typed arrays, in float32 and float64: the judge of the other engines.
 *
 * Every result is computed in float64 from the stored operands and rounded once to its dtype; sums are added in index
 * order. Nothing is allocated while a plan runs again.
 */
export const engineJs: JsEngine = {
  name: 'js',
  details: 'JavaScript, the reference',
  compile: (program) => new JsExecutable(program),
}
