/** uPlot as the page wants it; a chunk of its own. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export type Columns = [number[], (number | null)[], (number | null)[]]

export function makePlot(host: HTMLElement, data: Columns): uPlot {
  const colour = (name: string): string => getComputedStyle(host).getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--faint'),
    grid: { stroke: colour('--edge'), width: 1 },
    ticks: { show: false },
  }
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
        { ...axis, size: 28 },
        { ...axis, size: 52 },
      ],
      series: [
        {},
        { label: 'training', stroke: colour('--accent'), width: 2, points: { show: false } },
        {
          label: 'validation',
          stroke: colour('--warn'),
          width: 2,
          dash: [6, 4],
          points: { show: false },
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
