/** `class-weights=[1, 2, 1]` or `class-weights=balanced` of a loss: how much each class counts in it. */
import { type Field, listOf, number } from '@chainrule/core'
import type { Span } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import type { TargetFacts } from '../experiment.ts'
import { listed, quote } from '../quote.ts'
import type { Context } from './context.ts'

/** One number a class, or `balanced`: in inverse proportion to the rows that each class has. */
export type ClassWeights = readonly number[] | 'balanced'

const list = listOf(number({ from: 0 }))
const required = '`balanced`, or a list in `[ ]` with a number from 0 for each class'

export const classWeightsField: Field<ClassWeights | undefined> = {
  required,
  default: undefined,
  optional: true,
  schema: { anyOf: [{ enum: ['balanced'] }, list.schema] },
  parse: (value, lookup) => {
    if (value === 'balanced') return { ok: true, value }
    if (typeof value === 'string')
      return { ok: false, code: 'argument-word', required, words: ['balanced'] }
    const parsed = list.parse(value, lookup)
    return parsed.ok ? parsed : { ...parsed, required }
  },
}

export interface WrittenClassWeights {
  readonly value: ClassWeights
  readonly span: Span
}

/** The weights of the classes of a target; `undefined` where they are not known, or wrong, which is said. */
export function classWeightsOf(
  { value, span }: WrittenClassWeights,
  { loss, isClasses }: { readonly loss: string; readonly isClasses: boolean },
  facts: TargetFacts | undefined,
  { report }: Context,
): readonly number[] | undefined {
  if (!isClasses) {
    report(withoutClasses(span, loss))
    return undefined
  }
  if (value === 'balanced') return facts?.counts === undefined ? undefined : balanced(facts.counts)
  const problem = listProblem(span, value, facts)
  if (problem !== undefined) report(problem)
  return problem === undefined ? value : undefined
}

/** n / (K n_k) for a class with n_k of the n rows; 1 for a class without rows, of which nothing is known. */
function balanced(counts: readonly number[]): readonly number[] {
  const rows = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (count === 0 ? 1 : rows / (counts.length * count)))
}

function withoutClasses(span: Span, loss: string): Diagnostic {
  return diagnostic('class-weights', span, {
    message: `${quote(loss)} is for numbers here, which have no classes to weigh`,
    label: 'leave it out',
    help: 'rows are weighed by a column: `target NAME weight=COLUMN`',
  })
}

function listProblem(
  span: Span,
  weights: readonly number[],
  facts: TargetFacts | undefined,
): Diagnostic | undefined {
  if (weights.every((weight) => weight === 0)) {
    return diagnostic('class-weights', span, {
      message: 'no class has a weight above 0',
      label: 'nothing would be learnt',
    })
  }
  if (facts === undefined || facts.classes.length === weights.length) return undefined
  const { name, classes } = facts
  const count = weights.length === 1 ? '1 weight is' : `${weights.length} weights are`
  return diagnostic('class-weights', span, {
    message: `the target ${quote(name)} has ${classes.length} classes, but ${count} given`,
    label: `${classes.length} numbers are needed`,
    help: `in this order: ${listed(classes)}`,
  })
}
