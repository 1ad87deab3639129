/** uPlot as the page wants it; a chunk of its own. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export type Columns = [number[], (number | null)[], (number | null)[]]

/** Between two ticks: there is no half an epoch. */
const wholeSteps = [1, 2, 5]
  .flatMap((n) => Array.from({ length: 7 }, (_, power) => n * 10 ** power))
  .sort((a, b) => a - b)

export function makePlot(host: HTMLElement, data: Columns): uPlot {
  const colour = (name: string): string => getComputedStyle(host).getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--faint'),
    grid: { stroke: colour('--edge'), width: 1 },
    ticks: { show: false },
    // uPlot's own are in the browser's language, and 0.0004 is 0.
    values: (_: uPlot, ticks: readonly (number | null)[]) =>
      ticks.map((tick) => tick?.toLocaleString('en-US', { maximumSignificantDigits: 6 }) ?? ''),
  }
  // One epoch makes no line.
  const points = { show: ({ data: [all] }: uPlot) => all.length === 1 }
  const size = (): { width: number; height: number } => ({
    width: Math.max(200, host.clientWidth),
    height: 150,
  })
  const plot = new uPlot(
    {
      ...size(),
      scales: { x: { time: false } },
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      axes: [
        { ...axis, size: 28, incrs: wholeSteps },
        { ...axis, size: 52 },
      ],
      series: [
        {},
        { label: 'training', stroke: colour('--accent'), width: 2, points },
        {
          label: 'validation',
          stroke: colour('--warn'),
          width: 2,
          dash: [6, 4],
          points,
        },
      ],
    },
    data,
    host,
  )
  const observer = new ResizeObserver(() => plot.setSize(size()))
  observer.observe(host)
  return Object.assign(plot, {
    destroy: ((destroy) => () => {
      observer.disconnect()
      destroy()
    })(plot.destroy.bind(plot)),
  })
}
