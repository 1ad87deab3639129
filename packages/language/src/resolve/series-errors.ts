import type { Span } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { bounded } from './argument-errors.ts'
import type { WrongRange } from './time-range.ts'

/** What can be wrong with a series and its split by time; one builder a mistake. */

/** `window 48` and `shift=24` count rows in an order, which nothing gives. */
export function seriesWithoutTime(span: Span, what: string, kind: string | undefined): Diagnostic {
  // A reader of a plugin gives a table too.
  const isTable = !['text', 'idx', 'synthetic'].includes(kind ?? 'csv')
  return diagnostic('series-without-time', span, {
    message: `${quote(what)} speaks of rows that follow each other in time, and nothing says which column that is`,
    label: 'needs `time=` of the data',
    help: isTable
      ? `write \`data ${kind ?? 'csv'} "…" time=COLUMN\``
      : `a series is read from a table: \`data csv "…" time=COLUMN\``,
  })
}

const forms = 'write `"..2024-12"`, `"2025-01.."` or `"2024-01..2024-06"`: both ends belong to it'

export function wrongRange(span: Span, part: string, wrong: WrongRange): Diagnostic {
  if (wrong.wrong === 'reversed')
    return diagnostic('split-time', span, {
      message: `the ${part} part ends before it begins`,
      label: 'the earlier time comes first',
    })
  const message =
    wrong.wrong === 'form'
      ? `the ${part} part is a share of the rows, or a range of time`
      : bounded(`${quote(wrong.text)} is no time`)
  const label = wrong.wrong === 'form' ? 'neither of them' : 'not in the calendar, nor a number'
  return diagnostic('split-time', span, { message, label, help: forms })
}

export function rangesOverlap(again: Span, first: Span, parts: readonly string[]): Diagnostic {
  return diagnostic('split-time', again, {
    message: `the ${parts[0]} and the ${parts[1]} part share some time`,
    label: 'begins before the other ends, which belongs to it',
    related: [{ span: first, label: `the ${parts[0]} part` }],
    help: 'what is measured is not to be trained on: let one begin after the other',
  })
}

export function rangeWithoutTime(span: Span): Diagnostic {
  return diagnostic('split-time', span, {
    message: 'a split by time needs the time of the rows, and nothing says which column that is',
    label: 'needs `time=` of the data',
    help: 'write `data csv "…" time=COLUMN`, or a share such as `train=80%`',
  })
}

export function rangeAndShare(share: Span, range: Span): Diagnostic {
  return diagnostic('split-time', share, {
    message: 'a split is by time or by shares, not both',
    label: 'a share',
    related: [{ span: range, label: 'a range of time' }],
    help: 'write all parts in one way',
  })
}

/** `order=random` or `stratify=` where the rows have an order. */
export function seriesNotShuffled(span: Span, what: string): Diagnostic {
  return diagnostic('split-time', span, {
    message: `the parts of a series follow each other in time: it has no ${quote(what)}`,
    label: 'leave it out',
    help: 'a model that is measured between the rows it was trained on has seen its answers',
  })
}
