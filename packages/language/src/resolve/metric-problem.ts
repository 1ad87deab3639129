import type { Metric } from '@chainrule/core'
import type { Span } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import type { Head } from './heads.ts'

/** What keeps a metric from saying something of the classes of a head that it is asked of. */
export function problemWith(
  metric: Metric,
  heads: readonly Head[],
  span: Span,
): Diagnostic | undefined {
  for (const head of heads) {
    const classes = classesOf(head)
    const found = classes === undefined ? undefined : metric.problemWith?.(classes)
    if (found === undefined) continue
    return diagnostic('metric-classes', span, {
      message: `${quote(metric.name)} ${found.problem}`,
      label: 'says nothing here',
      help: `use ${quote(found.instead)}`,
      edits: [{ span, text: found.instead }],
    })
  }
  return undefined
}

/** As many as the data have, or as many numbers as come out. */
function classesOf({ kind, facts, output }: Head): number | undefined {
  if (kind !== 'class') return undefined
  if (facts !== undefined) return facts.classes.length
  const width = output.origin.shape?.at(-1)
  return typeof width === 'number' ? width : undefined
}
