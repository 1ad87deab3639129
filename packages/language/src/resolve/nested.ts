import type { Field, RawValue } from '@chainrule/core'
import type { Block, Body, Layer as LayerStage, Let, Pipeline, Stage } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { evaluate, sizeOf } from './evaluate.ts'
import { type Generic, genericFields, genericOptions } from './generic-options.ts'
import { declaredTwice } from './name-errors.ts'
import { readArguments } from './plugins.ts'
import { Scope } from './scope.ts'

/** What stands inside the braces of `branch`, `residual`, `repeat` and `block`. */

export interface Inner {
  readonly pipelines: readonly Pipeline[]
  /** With the constants that the braces declare. */
  readonly context: Context
}

/** The pipelines inside braces. Reports statements that do not belong there. */
export function readBody(body: Body, outer: Context): Inner {
  const scope = new Scope(outer.scope)
  const context = { ...outer, scope }
  const lets = body.statements.filter((statement) => statement.kind === 'let')
  for (const statement of lets) scope.expect(statement)
  for (const statement of lets) declare(statement, context)
  const pipelines = body.statements.filter((statement) => statement.kind === 'pipeline')
  for (const { kind, span, damaged } of body.statements) {
    if (kind === 'let' || kind === 'pipeline' || kind === 'unreadable' || damaged) continue
    context.report(
      diagnostic('misplaced-statement', span, {
        message: 'only pipelines and `let` stand inside these braces',
        label: 'this belongs to the file',
        help: 'write it after the closing brace',
      }),
    )
  }
  return { pipelines, context }
}

function declare({ name, value }: Let, context: Context): void {
  const first = context.scope.own(name.text)
  const evaluated = evaluate(value, context, true)
  if (first === undefined) context.scope.declare(name, evaluated, { given: value.span })
  else {
    const help = 'a constant keeps its value: choose another name'
    context.report(
      declaredTwice(name.span, first.name.span, `the constant ${quote(name.text)}`, help),
    )
  }
}

/** Takes whatever a value may be: what it is used for decides. */
const anyValue = (optional: boolean): Field<RawValue> => ({
  required: 'a value',
  default: undefined,
  optional,
  schema: {},
  parse: (value) => ({ ok: true, value }),
})

/** What a call of a block says to its braces. */
export interface BlockCall {
  /** The constants around the block, and its parameters. */
  readonly context: Context
  readonly generic: Generic
}

/**
 * What the braces of a block see where it is called: its parameters with what the call gives or, where it gives nothing,
 * their defaults. `undefined` where an argument or a parameter is wrong, which was said.
 */
export function blockCall(
  { name, parameters, damaged }: Block,
  defined: Scope,
  stage: LayerStage,
  { context, generic: around }: { readonly context: Context; readonly generic?: Generic },
): BlockCall | undefined {
  // Of a head that could not be read, or a parameter that is declared twice, nobody knows which argument is whose.
  if (damaged) return undefined
  const names = new Set(parameters.map((each) => each.name.text))
  if (names.size < parameters.length) return undefined
  const fields = parameters.map((each) => [each.name.text, anyValue(each.default !== undefined)])
  const subject = {
    name: name.text,
    arguments: Object.fromEntries(fields) as Record<string, Field<RawValue>>,
    options: genericFields,
    isLayer: true,
  }
  const list = given(stage.arguments)
  const { config, written } = readArguments(subject, list, stage.name.span, context)
  if (config === undefined) return undefined
  const { own, generic } = genericOptions(config, around)
  const scope = new Scope(defined)
  const inner = { ...context, scope }
  for (const parameter of parameters) {
    const raw = (own as Readonly<Record<string, RawValue | undefined>>)[parameter.name.text]
    const value =
      raw === undefined && parameter.default !== undefined
        ? evaluate(parameter.default, inner, true)
        : { raw: raw ?? 0, size: sizeOf(raw ?? 0) }
    const place = written.get(parameter.name.text)?.value.span
    scope.declare(parameter.name, value, place === undefined ? {} : { given: place })
  }
  return { context: inner, generic }
}

/** What the braces of a block see that is called nowhere: of its parameters only that they are there. */
export function uncalledContext({ parameters }: Block, defined: Scope, context: Context): Context {
  const scope = new Scope(defined)
  const inner = { ...context, scope }
  for (const { name, default: usual } of parameters) {
    if (usual !== undefined) evaluate(usual, inner, true)
    scope.declare(name, undefined)
  }
  return inner
}

/** How often `repeat` copies its braces; `undefined` where that is no whole number from 1, which was said. */
export function copiesOf(
  { count }: Extract<Stage, { kind: 'repeat' }>,
  context: Context,
): number | undefined {
  const evaluated = evaluate(count, context)
  if (evaluated === undefined) return undefined
  const { raw } = evaluated
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 1) return raw
  context.report(
    diagnostic(typeof raw === 'number' ? 'argument-range' : 'argument-type', count.span, {
      message: '`repeat` takes the number of copies, a whole number from 1',
      label: 'how many copies?',
      help: 'such as `repeat 4 { … }`',
    }),
  )
  return undefined
}
