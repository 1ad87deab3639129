/** Results as Markdown that also reads well as plain text. */
import { number, percent, times } from './figures.ts'
import { isFailure, type Outcome, peerName, type Result, verdict } from './result.ts'

export type Alignment = 'left' | 'right'

/** A Markdown table with padded columns. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: readonly Alignment[] = [],
): string {
  const widths = head.map((cell, i) =>
    Math.max(3, ...[cell, ...rows.map((row) => row[i] ?? '')].map((text) => text.length)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${widths
      .map((width, i) => {
        const cell = cells[i] ?? ''
        return alignment[i] === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join(' | ')} |`
  const rule = widths.map((width, i) =>
    alignment[i] === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

const head = ['workload', 'peer', 'ours', 'theirs', 'unit', 'ratio', '±', 'bar', 'note']
const alignment: readonly Alignment[] = [
  ...(['left', 'left', 'right', 'right', 'left', 'right', 'right', 'right', 'left'] as const),
]

/** Comparisons as one table; what did not come about keeps its place, with the reason. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  return markdownTable(head, outcomes.map(row), alignment)
}

function row(outcome: Outcome): string[] {
  const names = [outcome.workload, peerName(outcome)]
  if (isFailure(outcome))
    return [...names, '', '', '', '', '', '', `${outcome.status}: ${outcome.message}`]
  const { ours, theirs, unit, ratio, spread, rounds, note = '' } = outcome
  const about = rounds > 1 ? percent(spread) : ''
  const figures = [number(ours), number(theirs), unit, times(ratio), about]
  return [...names, ...figures, barText(outcome), note]
}

function barText(result: Result): string {
  return result.bar === undefined ? '' : `${verdict(result)} ${times(result.bar)}`
}
