import { number, optional, word } from '@chainrule/core'
import type { Argument, Directive, Span, Value } from '../ast.ts'
import { percentagesOf } from '../build-values.ts'
import { diagnostic, type Edit } from '../diagnostic.ts'
import type { ShareSplit, SplitRequest } from '../experiment.ts'
import { splitAsRatio } from '../syntax-errors.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { readArguments } from './plugins.ts'
import { type Part, parts, rangesOf, readTimeSplit, refuseShuffle } from './split-times.ts'
import { text } from './text-field.ts'

/** `split train=70% validate=15% test=15% stratify=species` */

const fraction = number({ from: 0, to: 1 })
/** A share of the rows, or as a text a range of time. */
const share = optional<number | string>({
  ...fraction,
  parse: (value, lookup) =>
    typeof value === 'string' ? { ok: true, value } : fraction.parse(value, lookup),
})
export const splitSubject = {
  name: 'split',
  arguments: {},
  options: {
    ...{ train: share, validate: share, test: share },
    stratify: optional(text('the name of a column')),
    order: optional(word(['random', 'ordered'])),
  },
  literal: new Set(['stratify']),
}
const otherNames: ReadonlyMap<string, string> = new Map([
  ['val', 'validate'],
  ['validation', 'validate'],
])

type Share = number | undefined

/** 80 % to train on and 20 % to validate; of a series the first and the last. */
export const defaultSplit = (isSeries: boolean): ShareSplit => ({
  ...{ by: 'shares', train: 0.8, validate: 0.2, test: 0 },
  ...{ stratify: undefined, order: isSeries ? 'ordered' : 'random', span: undefined },
})

/** Whether a split keeps rows to validate on. */
export const validates = (split: SplitRequest): boolean =>
  split.by === 'times' ? split.validate !== undefined : split.validate > 0

export function readSplit(
  node: Directive,
  isSeries: boolean,
  context: Context,
): SplitRequest | undefined {
  if (node.damaged) return undefined
  const args = node.arguments.map(withOneName)
  // `80/20` was reported by the parser.
  if (args.some(({ value }) => percentagesOf(value) !== undefined)) return undefined
  if (reportUnnamed(args, context)) return undefined
  const odd = args.filter((argument) => reportOdd(argument, context))
  if (odd.length > 0 || isTwice(node.arguments, context)) return undefined
  const { config, written } = readArguments(splitSubject, given(args), node.name.span, context)
  if (config === undefined) return undefined
  const split = {
    config: config as Partial<Record<Part, number | string>>,
    written,
    span: node.span,
  }
  if (rangesOf(split).length > 0) return readTimeSplit(split, isSeries, context)
  if (isSeries && refuseShuffle(written, context.report)) return undefined
  const usual = isSeries ? 'ordered' : 'random'
  const { train, validate, test, stratify, order = usual } = config as unknown as Config
  const shares = complete(train, validate, test)
  const column = written.get('stratify')?.value.span
  const sum = (train ?? 0) + (validate ?? 0) + (test ?? 0)
  if (reportSum(shares, sum, node, context) || reportOrder(order, column, context)) return undefined
  return {
    by: 'shares',
    ...shares,
    stratify:
      stratify === undefined ? undefined : { value: stratify, ...(column && { span: column }) },
    order,
    span: node.span,
  }
}

interface Config {
  readonly train: Share
  readonly validate: Share
  readonly test: Share
  readonly stratify: string | undefined
  readonly order: ShareSplit['order'] | undefined
}

interface Shares {
  readonly train: number
  readonly validate: number
  readonly test: number
}

const rest = (...taken: readonly number[]): number =>
  // Rounded, so that what is left of 1 after 0.7 and 0.3 is none.
  Math.round((1 - taken.reduce((sum, part) => sum + part, 0)) * 1e12) / 1e12

/** What is not written: training gets the rest, or where it is written, validation; of neither, 80 and 20 %. */
function complete(train: Share, validate: Share, test: Share): Shares {
  const tested = test ?? 0
  if (train === undefined && validate === undefined) {
    const left = rest(tested)
    return { train: rest(tested, 0.2 * left), validate: 0.2 * left, test: tested }
  }
  if (train === undefined)
    return { train: rest(validate ?? 0, tested), validate: validate ?? 0, test: tested }
  return { train, validate: validate ?? rest(train, tested), test: tested }
}

/** `val`, `validation` and `validate` are one word. */
function withOneName(argument: Argument): Argument {
  const { name } = argument
  const right = name === undefined ? undefined : otherNames.get(name.text)
  return name === undefined || right === undefined
    ? argument
    : { ...argument, name: { ...name, text: right } }
}

/** `split 80% 20%` and `split 0.8 0.2`: shares in the order of the parts, without their names. */
function reportUnnamed(args: readonly Argument[], { report }: Context): boolean {
  const unnamed = args.filter(({ name }) => name === undefined)
  const shares = unnamed.map(({ value }) => shareOf(value))
  const sum = shares.reduce((all, part) => all + part, 0)
  const isTaken = args.some(({ name }) => parts.some((part) => part === name?.text))
  if (unnamed.length === 0 || unnamed.length > parts.length || isTaken || !(sum <= 100))
    return false
  const [first, last] = [unnamed[0]?.span, unnamed.at(-1)?.span]
  const named = unnamed.map(({ span, value }, i): Edit[] => [
    { span: { start: span.start, end: span.start }, text: `${parts[i]}=` },
    { span: value.span, text: `${shares[i]}%` },
  ])
  report(splitAsRatio({ start: first?.start ?? 0, end: last?.end ?? 0 }, shares, named.flat()))
  return true
}

/** In percent; of what is no share, NaN. */
function shareOf(value: Value): number {
  if (value.kind === 'percent') return value.percent
  if (value.kind !== 'number') return Number.NaN
  return value.value <= 1 ? Number((value.value * 100).toFixed(4)) : value.value
}

/** `80` for `80%`. */
function reportOdd({ name, value }: Argument, { report }: Context): boolean {
  if (name === undefined || !parts.some((part) => part === name.text)) return false
  if (value.kind === 'percent' && value.percent > 100) {
    report(
      diagnostic('argument-range', value.span, {
        message: `a part of a split is a share of the rows: \`${value.percent}%\` is more than all`,
        label: 'a share is at most 100%',
      }),
    )
    return true
  }
  if (value.kind !== 'number' || value.value <= 1 || value.value > 100) return false
  const end = value.span.end
  report(
    diagnostic('argument-range', value.span, {
      message: `a part of a split is a share of the rows: \`${value.value}\` is more than all`,
      label: 'a share is at most 1, or 100%',
      help: `write \`${name.text}=${value.value}%\``,
      edits: [{ span: { start: end, end }, text: '%' }],
    }),
  )
  return true
}

/** One part under two of its names. */
function isTwice(args: readonly Argument[], { report }: Context): boolean {
  const [first, second] = args.filter(
    ({ name }) => name !== undefined && (otherNames.get(name.text) ?? name.text) === 'validate',
  )
  if (first === undefined || second === undefined) return false
  report(
    diagnostic('argument-twice', second.span, {
      message: 'the validation part of `split` is given twice',
      label: 'the same part again',
      related: [{ span: first.span, label: 'first given here' }],
      help: 'leave one of them out',
    }),
  )
  return true
}

const percent = (part: number): string => `${Number((part * 100).toFixed(4))}%`

/** `written` is what the written parts add up to. */
function reportSum(shares: Shares, written: number, node: Directive, { report }: Context): boolean {
  const sum = shares.train + shares.validate + shares.test
  const tooMuch = written > 1 + 1e-9
  if (!tooMuch && Math.abs(sum - 1) <= 1e-9 && shares.train > 0) return false
  const isEmpty = !tooMuch && shares.train <= 0
  const first = node.arguments[0]?.span ?? node.span
  const last = node.arguments.at(-1)?.span ?? node.span
  report(
    diagnostic(
      'split-sum',
      { start: first.start, end: last.end },
      {
        message: isEmpty
          ? 'this split leaves no rows to train on'
          : `the parts of this split add up to ${percent(tooMuch ? written : sum)}`,
        label: isEmpty ? 'the training part is empty' : 'they should add up to 100%',
        help: isEmpty || tooMuch ? [] : `add \`test=${percent(1 - sum)}\``,
      },
    ),
  )
  return true
}

function reportOrder(
  order: SplitRequest['order'],
  stratify: Span | undefined,
  { report }: Context,
): boolean {
  if (order !== 'ordered' || stratify === undefined) return false
  report(
    diagnostic('split-stratify', stratify, {
      message: 'a split cannot be both ordered and stratified',
      label: 'rows in their order cannot be shared out by a column',
      help: 'leave out `stratify` or `order`',
    }),
  )
  return true
}
