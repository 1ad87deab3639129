import type { RawCall, RawValue } from '@chainrule/core'
import type { Argument, Arithmetic, Name, Value, Word } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { hyphenReadAsName } from '../name-errors.ts'
import { quote } from '../quote.ts'
import { argumentTwice } from './argument-errors.ts'
import type { Context } from './context.ts'
import { declaredBelow, referenceAsValue, unknownConstant, type Wanted } from './name-errors.ts'
import type { Evaluated } from './scope.ts'

/** The most items that a value may hold; constants that hold constants would otherwise grow without end. */
const maxItems = 1000

export const pathText = (path: readonly Name[]): string => path.map(({ text }) => text).join('.')

/**
 * What a value stands for: constants looked up, arithmetic done, `20%` as 0.2. A word that is no constant stands for
 * itself. `undefined` where something is wrong, which is then reported.
 */
export function evaluate(value: Value, context: Context, inside = false): Evaluated | undefined {
  switch (value.kind) {
    case 'number':
    case 'text':
    case 'truth':
      return { raw: value.value, size: 1 }
    case 'percent':
      return { raw: value.percent / 100, size: 1 }
    case 'shape':
      return { raw: value.sizes, size: value.sizes.length }
    case 'all':
      return { raw: '*', size: 1 }
    case 'word':
      return evaluateWord(value, context)
    case 'call':
      return evaluateCall(value.path, value.arguments, context, value)
    case 'list':
      return evaluateList(value.items, context, value)
    case 'group':
      return evaluateGroup(value.value, context)
    case 'negation':
    case 'arithmetic': {
      const raw = calculate(value, context, inside)
      return raw === undefined ? undefined : { raw, size: 1 }
    }
    case 'reference':
      context.report(referenceAsValue(value.span))
      return undefined
    case 'missing':
      return undefined
  }
}

function evaluateWord({ path, span }: Word, { scope, report }: Context): Evaluated | undefined {
  const name = pathText(path)
  const constant = scope.find(name)
  if (constant !== undefined) return constant.value
  const below = scope.below(name)
  if (below === undefined) return { raw: name, size: 1 }
  report(declaredBelow(span, below, `the constant ${quote(name)}`))
  return undefined
}

/** In parentheses a word is a constant. */
function evaluateGroup(inner: Value, context: Context): Evaluated | undefined {
  if (inner.kind !== 'word' || isNamed(inner, context)) return evaluate(inner, context, true)
  reportUnknownWord(inner, context, true)
  return undefined
}

function evaluateList(
  items: readonly Value[],
  context: Context,
  whole: Value,
): Evaluated | undefined {
  const read = items.map((item) => evaluate(item, context))
  return sized(read, context, whole, (raws) => raws)
}

function evaluateCall(
  path: readonly Name[],
  args: readonly Argument[],
  context: Context,
  whole: Value,
): Evaluated | undefined {
  const read = args.map(({ value }) => evaluate(value, context))
  if (isGivenTwice(args, pathText(path), context)) return undefined
  return sized(read, context, whole, (raws): RawCall => {
    const pairs = args.map(({ name }, i) => [name?.text, raws[i] ?? 0] as const)
    return {
      call: pathText(path),
      positional: pairs.flatMap(([name, raw]) => (name === undefined ? [raw] : [])),
      named: Object.fromEntries(pairs.filter(([name]) => name !== undefined)),
    }
  })
}

function isGivenTwice(args: readonly Argument[], of: string, { report }: Context): boolean {
  const found = new Map<string, Argument>()
  let isTwice = false
  for (const argument of args) {
    const { name } = argument
    const first = name === undefined ? undefined : found.get(name.text)
    if (first !== undefined) report(argumentTwice(argument, first, of))
    if (first !== undefined) isTwice = true
    else if (name !== undefined) found.set(name.text, argument)
  }
  return isTwice
}

/** How many items a value holds, itself counted. */
export function sizeOf(raw: RawValue): number {
  if (typeof raw !== 'object') return 1
  const parts = 'call' in raw ? [...raw.positional, ...Object.values(raw.named)] : raw
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), 1)
}

function sized(
  parts: readonly (Evaluated | undefined)[],
  { report }: Context,
  whole: Value,
  make: (raws: readonly RawValue[]) => RawValue,
): Evaluated | undefined {
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length) return undefined
  const size = known.reduce((sum, part) => sum + part.size, 1)
  if (size <= maxItems) return { raw: make(known.map(({ raw }) => raw)), size }
  report(
    diagnostic('value-too-large', whole.span, {
      message: `a value of ${size} items is too large`,
      label: `at most ${maxItems} may stand here`,
    }),
  )
  return undefined
}

/** The number that a value is in a calculation. */
function calculate(value: Value, context: Context, inside: boolean): number | undefined {
  switch (value.kind) {
    case 'group':
      return calculate(value.value, context, true)
    case 'negation': {
      const operand = calculate(value.operand, context, inside)
      return operand === undefined ? undefined : -operand
    }
    case 'arithmetic':
      return calculateChain(value, context, inside)
    case 'word':
      if (!isNamed(value, context)) {
        reportUnknownWord(value, context, inside)
        return undefined
      }
  }
  const evaluated = evaluate(value, context)
  if (evaluated === undefined || typeof evaluated.raw === 'number') return evaluated?.raw as number
  context.report(
    diagnostic('arithmetic-type', value.span, {
      message: 'a calculation holds something that is no number',
      label: value.kind === 'word' ? 'this constant is no number' : 'no number',
    }),
  )
  return undefined
}

const isNamed = ({ path }: Word, { scope }: Context): boolean =>
  scope.find(pathText(path)) !== undefined || scope.below(pathText(path)) !== undefined

function calculateChain(
  { first, rest, span }: Arithmetic,
  context: Context,
  inside: boolean,
): number | undefined {
  const operands = [first, ...rest.map(({ operand }) => operand)].map((operand) =>
    calculate(operand, context, inside),
  )
  if (operands.includes(undefined)) return undefined
  const result = rest.reduce((left, { operator }, i) => {
    const right = operands[i + 1] ?? Number.NaN
    if (operator === '+') return left + right
    if (operator === '-') return left - right
    return operator === '*' ? left * right : left / right
  }, operands[0] ?? Number.NaN)
  if (Number.isFinite(result)) return result
  const divided = rest.find(({ operator }, i) => operator === '/' && operands[i + 1] === 0)
  context.report(
    diagnostic('arithmetic-result', divided?.span ?? span, {
      message: 'this calculation has no finite result',
      label: divided === undefined ? 'too large' : 'a division by zero',
    }),
  )
  return undefined
}

/** A word that should be a constant and is none. `wanted` says what stands there. */
export function reportUnknownWord(
  word: Word,
  { scope, report, damaged, crowded }: Context,
  inside: boolean,
  wanted?: Wanted,
): void {
  const candidates = crowded() ? [] : scope.names()
  const hyphenated = hyphenReadAsName(word, (name) => scope.find(name) !== undefined, inside)
  if (hyphenated !== undefined) report(hyphenated)
  else if (!damaged) report(unknownConstant(word.span, pathText(word.path), candidates, wanted))
}
