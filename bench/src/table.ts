/** Results as Markdown that also reads well as plain text. */
import { isFailure, type Outcome, type Result } from './result.ts'

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

/** The peer, with its threads where they are not ours. */
export function peerName({ peer, threads, theirThreads }: Outcome): string {
  return threads === theirThreads
    ? peer
    : `${peer}, ${theirThreads} thread${theirThreads === 1 ? '' : 's'}`
}

function barText({ bar, met }: Result): string {
  if (bar === undefined) return ''
  return `${met === true ? 'met' : 'missed'} ${times(bar)}`
}

/** Three digits: 0.0123, 4.57, 53,600. */
export function number(value: number): string {
  const rounded = Number(value.toPrecision(3))
  if (!Number.isFinite(rounded)) return String(rounded)
  return rounded >= 1000 ? rounded.toLocaleString('en-US') : String(rounded)
}

export function times(ratio: number): string {
  return `${number(ratio)} ×`
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
