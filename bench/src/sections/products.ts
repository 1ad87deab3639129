/** Matrix products through our engine against the peak of 128-bit multiply-adds, measured in turn. */
import { contest } from '../contest.ts'
import { shortPlan } from '../options.ts'
import { isFailure, type Outcome } from '../result.ts'
import type { Run, Section } from '../section.ts'
import { lineChart } from '../svg/line-chart.ts'
import { markdownTable, number, percent } from '../table.ts'
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
    productShape({
      kind: 'product',
      rows,
      inputs,
      outputs,
      orientation: 'forward',
      unit: 'GFLOP/s',
    }),
    ...found.map(cell),
    number(Math.max(...found.map((each) => (isFailure(each) ? 0 : each.theirs)))),
  ])
  const alignment = ['left', ...[...orientations, 'peak'].map(() => 'right')] as (
    | 'left'
    | 'right'
  )[]
  return markdownTable(['product', ...orientations, 'peak'], rows, alignment)
}

function cell(outcome: Outcome): string {
  if (isFailure(outcome)) return `${outcome.status}: ${outcome.message}`
  const mark = outcome.met === false ? ', missed' : ''
  return `${number(outcome.ours)} (${percent(outcome.ratio)}${mark})`
}

function picture(
  outcomes: ReadonlyMap<ProductShape, readonly Outcome[]>,
): Section['pictures'][number] {
  const points = (pick: (found: readonly Outcome[]) => number | undefined): [number, number][] =>
    cubes.flatMap((shape) => {
      const y = pick(outcomes.get(shape) ?? [])
      return y === undefined ? [] : [[shape[0], y] as [number, number]]
    })
  const of = (i: number, side: 'ours' | 'theirs') =>
    points((found) => {
      const each = found[i]
      return each === undefined || isFailure(each) ? undefined : each[side]
    })
  return {
    name: 'products',
    text: 'GFLOP/s of square products in three orientations, and the peak',
    svg: lineChart({
      title: 'Square products, GFLOP/s',
      x: { label: 'n of n × n × n', scale: 'log', ticks: cubes.map(([n]) => n) },
      y: { label: 'GFLOP/s', scale: 'linear' },
      series: [
        ...orientations.map((name, i) => ({ name, points: of(i, 'ours') })),
        { name: 'FMA peak', points: of(0, 'theirs'), dashed: true },
      ],
    }),
  }
}
