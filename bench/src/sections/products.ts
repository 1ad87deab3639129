/** Matrix products through our engine against the peak of 128-bit multiply-adds, measured in turn. */
import { askedShare } from '../bars.ts'
import { contest } from '../contest.ts'
import { number, percent } from '../figures.ts'
import { shortPlan } from '../options.ts'
import { isFailure, type Outcome } from '../result.ts'
import type { Run, Section } from '../section.ts'
import { lineChart } from '../svg/line-chart.ts'
import { type Alignment, markdownTable } from '../table.ts'
import { productShape } from '../workload.ts'
import {
  cubes,
  layerShapes,
  orientations,
  type ProductShape,
  productWorkloads,
} from '../workloads.ts'

const quickCubes = cubes.filter(([n]) => [64, 128, 256, 512].includes(n))

export async function productSection(run: Run): Promise<Section> {
  const { options, plan, field, temporary, kept, say } = run
  const peaks = field.others.filter(({ peer }) => peer.name === 'fma-peak')
  const setting = { plan: shortPlan(plan), roster: kept, folder: temporary }
  const outcomes = new Map<ProductShape, Outcome[]>()
  for (const shape of options.quick ? quickCubes : [...cubes, ...layerShapes]) {
    say(`products of ${shape.join('×')}`)
    const found: Outcome[] = []
    for (const workload of productWorkloads(shape))
      found.push(...(await contest(workload, field.ours, peaks, setting)))
    outcomes.set(shape, found)
  }
  return {
    title: 'Products',
    body: `In GFLOP/s, and as a share of the peak that ran in turn with it. \`${orientations.join('`, `')}\` are h Wᵀ, ∂L/∂g W and (∂L/∂g)ᵀ h.\n\n${table(outcomes)}`,
    outcomes: [...outcomes.values()].flat(),
    pictures: [picture(outcomes)],
  }
}

function table(outcomes: ReadonlyMap<ProductShape, readonly Outcome[]>): string {
  const rows = [...outcomes].map(([[rows, inputs, outputs], found]) => [
    productShape({ rows, inputs, outputs }),
    ...found.map(cell),
    number(Math.max(...found.map((each) => (isFailure(each) ? 0 : each.theirs)))),
  ])
  const alignment: Alignment[] = ['left', ...orientations.map(() => 'right' as const), 'right']
  return markdownTable(['product', ...orientations, 'peak'], rows, alignment)
}

function cell(outcome: Outcome): string {
  if (isFailure(outcome)) return `${outcome.status}: ${outcome.message}`
  const mark = outcome.met === false ? ', missed' : ''
  return `${number(outcome.ours)} (${percent(outcome.ratio)}${mark})`
}

/** Shares and not GFLOP/s: what slows the machine for a while slows the peak too. */
function picture(
  outcomes: ReadonlyMap<ProductShape, readonly Outcome[]>,
): Section['pictures'][number] {
  const measured = cubes.filter((shape) => outcomes.has(shape))
  const shares = (i: number): [number, number][] =>
    measured.flatMap((shape) => {
      const found = outcomes.get(shape)?.[i]
      if (found === undefined || isFailure(found)) return []
      return [[shape[0], found.ratio * 100] as [number, number]]
    })
  const asked = measured.flatMap(([n], i) =>
    i === 0 || i === measured.length - 1 ? [[n, askedShare * 100] as [number, number]] : [],
  )
  return {
    name: 'products',
    text: 'Square products in three orientations as a share of the multiply-add peak, by size',
    svg: lineChart({
      title: 'Square products: percent of the 128-bit multiply-add peak',
      x: { label: 'n of n × n × n', scale: 'log', ticks: measured.map(([n]) => n) },
      y: { label: '%', scale: 'linear', most: 100 },
      series: [
        ...orientations.map((name, i) => ({ name, points: shares(i) })),
        { name: 'asked for', points: asked, dashed: true },
      ],
    }),
  }
}
