/** Tables of a report as a person reads them: what is true along the rows, what is predicted along the columns. */
import type { MetricTable, Tables } from '@chainrule/core'
import { type Console, styled, table } from './console.ts'
import { figure } from './figures.ts'

const indent = '  '
const longestLabel = 20
/** Of a table that is wider than the console, so many of the largest mistakes are told instead. */
const mistakes = 10

/** Lines for the tables of one part, such as the test rows. */
export function tableLines(console: Console, tables: Tables, part?: string): string[] {
  return Object.entries(tables).flatMap(([name, values]) => {
    const title = styled(console, 'bold', part === undefined ? name : `${part} ${name}`)
    const [names = '', ...lines] = fullTable(values)
    const width = Math.max(...[names, ...lines].map(({ length }) => length))
    return width < console.columns
      ? [`${indent}${title}: true along the rows, predicted along the columns`, names, ...lines]
      : [`${indent}${title}: the most frequent mistakes`, ...largestMistakes(values)]
  })
}

/** A name of the data in one line. */
function shortened(label: string): string {
  const line = label.replace(/\p{Cc}+/gu, ' ')
  return line.length <= longestLabel ? line : `${line.slice(0, longestLabel - 1).trimEnd()}…`
}

function fullTable({ labels, rows }: MetricTable): string[] {
  const names = labels.map(shortened)
  const cells = rows.map((row, j) => [names[j] ?? '', ...row.map(figure)])
  const right = new Set(names.map((_, k) => k + 1))
  const lines = table([['', ...names], ...cells], right)
    .trimEnd()
    .split('\n')
  return lines.map((line) => `${indent}${indent}${line}`)
}

function largestMistakes({ labels, rows }: MetricTable): string[] {
  const name = (k: number): string => shortened(labels[k] ?? String(k))
  return rows
    .flatMap((row, j) => row.map((value, k) => ({ j, k, value })))
    .filter(({ j, k, value }) => j !== k && value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, mistakes)
    .map(({ j, k, value }) => `${indent}${indent}${name(j)} taken for ${name(k)}: ${figure(value)}`)
}
