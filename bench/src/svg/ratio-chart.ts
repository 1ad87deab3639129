/** Bars from 1 on a logarithmic scale: to the right where we are faster, to the left where the peer is. */
import { type Scale, scaleOf, short } from './scale.ts'
import { element, ink, label, line, picture } from './svg.ts'

export interface Ratio {
  readonly group: string
  readonly label: string
  readonly ratio: number
  /** What is asked for, drawn as a mark. */
  readonly bar?: number
}

const width = 760
const rowHeight = 20
const groupGap = 10
const frame = { left: 170, right: 690, top: 62 }

export function ratioChart(title: string, ratios: readonly Ratio[]): string {
  const values = ratios.flatMap(({ ratio, bar = 1 }) => [ratio, bar])
  // Half of the smallest: left of its bar there is room for its number.
  const least = Math.min(...values, 1) / 2
  const scale = scaleOf('log', [...values, least, 2], [frame.left, frame.right])
  const rows: string[] = []
  let y = frame.top
  ratios.forEach((each, i) => {
    const isFirst = each.group !== ratios[i - 1]?.group
    if (isFirst && i > 0) y += groupGap
    if (isFirst) rows.push(label(16, y + 14, each.group, { 'font-weight': 600 }))
    rows.push(row(each, y, scale))
    y += rowHeight
  })
  const bottom = y + 6
  return picture(width, bottom + 34, title, [
    ...axis(scale, bottom),
    ...rows,
    label(frame.left, bottom + 24, '← the peer is faster', { fill: ink.series[1] }),
    label(frame.right, bottom + 24, 'Chainrule is faster →', {
      'text-anchor': 'end',
      fill: ink.series[0],
    }),
    label((frame.left + frame.right) / 2, bottom + 24, '▏ what is asked for', {
      'text-anchor': 'middle',
    }),
  ])
}

function axis(scale: Scale, bottom: number): string[] {
  return scale.ticks.flatMap((tick) => [
    line(
      [scale.at(tick), frame.top - 6],
      [scale.at(tick), bottom],
      tick === 1 ? ink.faint : ink.grid,
    ),
    label(scale.at(tick), frame.top - 12, `${short(tick)} ×`, {
      'text-anchor': 'middle',
      fill: ink.faint,
    }),
  ])
}

function row({ label: name, ratio, bar }: Ratio, y: number, scale: Scale): string {
  const [one, end] = [scale.at(1), scale.at(ratio)]
  const isFaster = ratio >= 1
  const shape = {
    x: Math.min(one, end),
    y: y + 3,
    width: Math.max(Math.abs(end - one), 1),
    height: rowHeight - 6,
    fill: isFaster ? ink.series[0] : ink.series[1],
  }
  const mark =
    bar === undefined
      ? ''
      : line([scale.at(bar), y + 1], [scale.at(bar), y + rowHeight - 1], ink.text, {
          'stroke-width': 2.5,
        })
  return [
    label(frame.left - 10, y + 14, name, { 'text-anchor': 'end' }),
    element('rect', shape),
    mark,
    valueLabel(ratio, y, end, bar === undefined ? undefined : scale.at(bar)),
  ].join('')
}

/** The number beside the end of its bar, beyond the mark where that would cross it. */
function valueLabel(ratio: number, y: number, end: number, mark: number | undefined): string {
  const side = ratio >= 1 ? 1 : -1
  const beyond = mark === undefined ? -1 : (mark - end) * side
  const place = mark !== undefined && beyond >= -4 && beyond < 44 ? mark : end
  const anchor = side > 0 ? 'start' : 'end'
  return label(place + 6 * side, y + 14, short(ratio), { 'text-anchor': anchor, fill: ink.faint })
}
