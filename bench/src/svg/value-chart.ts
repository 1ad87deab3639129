/** Bars from 0, for milliseconds and megabytes. */
import { scaleOf, short } from './scale.ts'
import { element, ink, label, line, picture } from './svg.ts'

export interface Value {
  readonly group: string
  readonly label: string
  readonly value: number
  /** Whether it is ours, and so in our colour. */
  readonly isOurs: boolean
}

const width = 760
const rowHeight = 20
const groupGap = 10
const frame = { left: 200, right: 680, top: 62 }

export function valueChart(title: string, values: readonly Value[]): string {
  const numbers = values.map(({ value }) => value)
  const scale = scaleOf('linear', numbers, [frame.left, frame.right])
  const rows: string[] = []
  let y = frame.top
  values.forEach(({ group, label: name, value, isOurs }, i) => {
    const isFirst = group !== values[i - 1]?.group
    if (isFirst && i > 0) y += groupGap
    if (isFirst) rows.push(label(16, y + 14, group, { 'font-weight': 600 }))
    const [x, end] = [scale.at(0), scale.at(value)]
    const fill = isOurs ? ink.series[0] : ink.other
    rows.push(
      label(frame.left - 10, y + 14, name, { 'text-anchor': 'end' }),
      element('rect', { x, y: y + 3, width: Math.max(end - x, 1), height: rowHeight - 6, fill }),
      label(end + 6, y + 14, short(value), { fill: ink.faint }),
    )
    y += rowHeight
  })
  const grid = scale.ticks.flatMap((tick) => [
    line([scale.at(tick), frame.top - 6], [scale.at(tick), y + 6], ink.grid),
    label(scale.at(tick), frame.top - 12, short(tick), {
      'text-anchor': 'middle',
      fill: ink.faint,
    }),
  ])
  return picture(width, y + 18, title, [...grid, ...rows])
}
