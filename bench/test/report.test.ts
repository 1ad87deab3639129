import { describe, expect, test } from 'vitest'
import { reportText } from '../src/report.ts'
import { lineChart } from '../src/svg/line-chart.ts'
import { ratioChart } from '../src/svg/ratio-chart.ts'
import { scaleOf } from '../src/svg/scale.ts'

describe('reportText', () => {
  test('has the circumstances, and each section with its pictures', () => {
    const pictures = [{ name: 'products', text: 'GFLOP/s by size', svg: '<svg/>' }]
    const text = reportText('| run | |', [
      { title: 'Products', body: 'a table', outcomes: [], pictures },
    ])
    expect(text).toContain(
      '| run | |\n\n## Products\n\n![GFLOP/s by size](report/products.svg)\n\na table\n',
    )
    expect(text).not.toContain('\n\n\n')
  })
})

describe('scales', () => {
  test('a linear one begins at 0 and ends at a round number', () => {
    const { ticks, at } = scaleOf('linear', [3, 58.2], [0, 100])
    expect(ticks).toEqual([0, 20, 40, 60])
    expect(at(30)).toBe(50)
  })

  test('a logarithmic one ends at powers of ten', () => {
    const { ticks, at } = scaleOf('log', [0.4, 70], [0, 300])
    expect(ticks).toEqual([0.1, 1, 10, 100])
    expect(at(1)).toBeCloseTo(100)
  })

  test('what cannot be drawn does not break it', () => {
    expect(scaleOf('log', [0, Number.NaN], [0, 1]).at(1)).toBe(0)
    expect(scaleOf('linear', [], [0, 1]).ticks[0]).toBe(0)
  })
})

describe('pictures', () => {
  const numbers = (svg: string): string[] => svg.match(/NaN|Infinity|undefined/g) ?? []

  test('curves have a point for each value and a name at the end', () => {
    const svg = lineChart({
      title: 'a < b',
      x: { label: 'n', scale: 'log', ticks: [1, 10, 100] },
      y: { label: 'µs', scale: 'log' },
      series: [
        {
          name: 'ours',
          points: [
            [1, 2],
            [10, 20],
            [100, 200],
          ],
        },
        {
          name: 'peak',
          points: [
            [1, 3],
            [100, 3],
          ],
          dashed: true,
        },
        { name: 'nobody', points: [] },
      ],
    })
    expect(svg.match(/<circle/g)).toHaveLength(3)
    expect(svg).toContain('a &lt; b')
    expect(svg).not.toContain('nobody')
    expect(numbers(svg)).toEqual([])
  })

  test('a ratio below 1 goes to the left of one above', () => {
    const svg = ratioChart('ratios', [
      { group: 'W1', label: 'torch', ratio: 45, bar: 40 },
      { group: 'W1', label: 'jax', ratio: 0.5 },
    ])
    const [faster, slower] = [...svg.matchAll(/<rect x="([\d.]+)"/g)].map(([, x]) => Number(x))
    expect(slower).toBeLessThan(faster ?? 0)
    expect(numbers(svg)).toEqual([])
    expect(ratioChart('none', [])).toContain('</svg>')
  })
})
