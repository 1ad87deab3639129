/** Curves that share their axes, each named at its end. */
import { type Scale, type ScaleKind, scaleOf, short } from './scale.ts'
import { element, ink, label, line, picture } from './svg.ts'

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
  readonly dashed?: boolean
}

export interface LineChart {
  readonly title: string
  readonly x: {
    readonly label: string
    readonly scale: ScaleKind
    readonly ticks?: readonly number[]
  }
  /** `most`: a value that the scale reaches at least. */
  readonly y: { readonly label: string; readonly scale: ScaleKind; readonly most?: number }
  readonly series: readonly Series[]
}

const [width, height] = [760, 400]
const frame = { left: 64, right: 620, top: 48, bottom: 350 }
/** Between the names of two curves. */
const lineHeight = 15

export function lineChart({ title, x, y, series }: LineChart): string {
  const shown = series.filter(({ points }) => points.length > 0)
  const points = shown.flatMap((each) => each.points)
  const xs = scaleOf(
    x.scale,
    points.map(([value]) => value),
    [frame.left, frame.right],
    x.ticks,
  )
  const ys = scaleOf(
    y.scale,
    [...points.map(([, value]) => value), ...(y.most === undefined ? [] : [y.most])],
    [frame.bottom, frame.top],
  )
  return picture(width, height, title, [
    ...grid(xs, ys),
    label((frame.left + frame.right) / 2, height - 12, x.label, {
      'text-anchor': 'middle',
      fill: ink.faint,
    }),
    ...shown.map((each, i) => curve(each, i, xs, ys)),
    ...names(shown, xs, ys),
  ])
}

function grid(xs: Scale, ys: Scale): string[] {
  const horizontal = ys.ticks.flatMap((tick) => [
    line([frame.left, ys.at(tick)], [frame.right, ys.at(tick)], ink.grid),
    label(frame.left - 8, ys.at(tick) + 4, short(tick), { 'text-anchor': 'end', fill: ink.faint }),
  ])
  const vertical = xs.ticks.flatMap((tick) => [
    line([xs.at(tick), frame.bottom], [xs.at(tick), frame.bottom + 4], ink.faint),
    label(xs.at(tick), frame.bottom + 18, short(tick), {
      'text-anchor': 'middle',
      fill: ink.faint,
    }),
  ])
  return [
    ...horizontal,
    ...vertical,
    line([frame.left, frame.bottom], [frame.right, frame.bottom], ink.faint),
  ]
}

/** A dashed one is a limit, not one of those that are told apart. */
const colour = (i: number, dashed = false): string =>
  dashed ? ink.faint : (ink.series[i % ink.series.length] ?? ink.text)

function curve({ points, dashed = false }: Series, i: number, xs: Scale, ys: Scale): string {
  const places = points.map(([x, y]) => `${xs.at(x).toFixed(1)},${ys.at(y).toFixed(1)}`)
  const path = element('polyline', {
    points: places.join(' '),
    fill: 'none',
    stroke: colour(i, dashed),
    'stroke-width': i === 0 ? 3 : 2,
    'stroke-linejoin': 'round',
    ...(dashed ? { 'stroke-dasharray': '6 4' } : {}),
  })
  const dots = points.map(([x, y]) =>
    element('circle', { cx: xs.at(x), cy: ys.at(y), r: i === 0 ? 3 : 2.5, fill: colour(i) }),
  )
  return [path, ...(dashed ? [] : dots)].join('')
}

/** Names at the ends of the curves, moved apart where the ends meet. */
function names(series: readonly Series[], xs: Scale, ys: Scale): string[] {
  const ends = series.map(({ name, points, dashed }, i) => {
    const [x = 0, y = 0] = points.at(-1) ?? []
    return { name, i, dashed, x: xs.at(x), y: ys.at(y) }
  })
  let free = Number.NEGATIVE_INFINITY
  return ends
    .toSorted((a, b) => a.y - b.y)
    .map(({ name, i, dashed, x, y }) => {
      free = Math.max(y, free + lineHeight)
      const bold = i === 0 ? { 'font-weight': 600 } : {}
      return label(Math.max(x, frame.right) + 10, free + 4, name, {
        fill: colour(i, dashed),
        ...bold,
      })
    })
}
