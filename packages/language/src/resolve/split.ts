import { number, optional, word } from '@chainrule/core'
import type { Argument, Directive, Span } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import type { SplitRequest } from '../experiment.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { notYet } from './name-errors.ts'
import { readArguments } from './plugins.ts'
import { text } from './text-field.ts'

/** `split train=70% validate=15% test=15% stratify=species` */

const share = optional(number({ from: 0, to: 1 }))
const subject = {
  name: 'split',
  arguments: {},
  options: {
    ...{ train: share, validate: share, validation: share, val: share, test: share },
    stratify: optional(text('the name of a column')),
    order: optional(word(['random', 'ordered'])),
  },
  literal: new Set(['stratify']),
}
const parts = new Set(['train', 'validate', 'validation', 'val', 'test'])

type Share = number | undefined

/** 80 % to train on and 20 % to validate. */
export const defaultSplit: SplitRequest = {
  ...{ train: 0.8, validate: 0.2, test: 0 },
  ...{ stratify: undefined, order: 'random', span: undefined },
}

export function readSplit(node: Directive, context: Context): SplitRequest | undefined {
  if (node.damaged) return undefined
  const odd = node.arguments.filter((argument) => reportOdd(argument, context))
  if (odd.length > 0) return undefined
  const { config, written } = readArguments(subject, given(node.arguments), node.name.span, context)
  if (config === undefined || isTwice(written, context)) return undefined
  const { train, test, stratify, order = 'random' } = config as unknown as Config
  const validate = (config['validate'] ?? config['validation'] ?? config['val']) as Share
  const shares = complete(train, validate, test)
  const column = written.get('stratify')?.value.span
  const sum = (train ?? 0) + (validate ?? 0) + (test ?? 0)
  if (reportSum(shares, sum, node, context) || reportOrder(order, column, context)) return undefined
  return {
    ...shares,
    stratify:
      stratify === undefined ? undefined : { value: stratify, ...(column && { span: column }) },
    order,
    span: node.span,
  }
}

interface Config {
  readonly train: Share
  readonly test: Share
  readonly stratify: string | undefined
  readonly order: SplitRequest['order'] | undefined
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

/** `80` for `80%`, and parts by time. */
function reportOdd({ name, value }: Argument, { report }: Context): boolean {
  if (name === undefined || !parts.has(name.text)) return false
  if (value.kind === 'text') {
    report(
      notYet(
        value.span,
        'splits by time',
        'write shares: `split train=80% order=ordered` takes the first rows',
      ),
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

/** `val`, `validate` and `validation` are one word. */
function isTwice(written: ReadonlyMap<string, Argument>, { report }: Context): boolean {
  const [first, second] = ['validate', 'validation', 'val']
    .flatMap((name) => written.get(name) ?? [])
    .sort((a, b) => a.span.start - b.span.start)
  if (first === undefined || second === undefined) return false
  report(
    diagnostic('argument-twice', second.span, {
      message: 'the validation part of `split` is given twice',
      label: 'the same part again',
      related: [{ span: first.span, label: 'first given here' }],
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
