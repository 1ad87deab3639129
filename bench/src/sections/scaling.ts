/** What a step costs as a network grows wider, deeper, or gets more rows at a time or in all. */
import { contest } from '../contest.ts'
import { number } from '../figures.ts'
import { shortPlan } from '../options.ts'
import { isFailure, type Outcome } from '../result.ts'
import type { Picture, Run, Section } from '../section.ts'
import { median } from '../statistics.ts'
import { lineChart } from '../svg/line-chart.ts'
import { markdownTable } from '../table.ts'
import { type Curve, curves } from '../workloads.ts'

/** Without `--peer`, those that one would else train with. */
const usualPeers = ['tfjs', 'jax', 'torch']

type Measured = readonly { readonly x: number; readonly outcomes: readonly Outcome[] }[]

export async function scalingSection(run: Run): Promise<Section> {
  const measured: [Curve, Measured][] = []
  for (const curve of curves) {
    run.say(`cost a step against ${curve.title}`)
    measured.push([curve, await measure(run, curve)])
  }
  return {
    title: 'Scaling',
    body: measured
      .map(([curve, found]) => `${curve.title}; µs a step\n\n${table(curve, found)}`)
      .join('\n\n'),
    outcomes: measured.flatMap(([, found]) => found.flatMap(({ outcomes }) => outcomes)),
    pictures: measured.map(([curve, found]) => picture(curve, found)),
  }
}

async function measure(
  { options, plan, field, temporary, kept }: Run,
  { points }: Curve,
): Promise<Measured> {
  const wanted = field.others.filter(
    ({ peer }) => options.peers !== undefined || usualPeers.includes(peer.name),
  )
  // Alone it is measured against itself.
  const others = wanted.length > 0 ? wanted : [field.ours]
  const { rounds, ...short } = shortPlan(plan)
  const setting = {
    plan: { ...short, rounds: Math.min(rounds, 5) },
    roster: kept,
    folder: temporary,
  }
  const measured: { x: number; outcomes: Outcome[] }[] = []
  for (const { x, workload } of points)
    measured.push({ x, outcomes: await contest(workload, field.ours, others, setting) })
  return measured
}

function table(curve: Curve, measured: Measured): string {
  const names = peersOf(measured)
  const cells = (outcomes: readonly Outcome[]): string[] =>
    names.map((name) => {
      const found = outcomes.find(({ peer }) => peer === name)
      return found === undefined || isFailure(found) ? (found?.status ?? '') : number(found.theirs)
    })
  const rows = measured.map(({ x, outcomes }) => [
    String(x),
    number(ownCost(outcomes) ?? Number.NaN),
    ...cells(outcomes),
  ])
  return markdownTable([curve.name, 'ours', ...names], rows, [
    'right',
    'right',
    ...names.map(() => 'right' as const),
  ])
}

const peersOf = (measured: Measured): string[] => [
  ...new Set(measured.flatMap(({ outcomes }) => outcomes.map(({ peer }) => peer))),
]

function ownCost(outcomes: readonly Outcome[]): number | undefined {
  const all = outcomes.flatMap((outcome) => (isFailure(outcome) ? [] : [outcome.ours]))
  return all.length === 0 ? undefined : median(all)
}

function picture(curve: Curve, measured: Measured): Picture {
  const theirs = (name: string): [number, number][] =>
    measured.flatMap(({ x, outcomes }) => {
      const found = outcomes.find(({ peer }) => peer === name)
      return found === undefined || isFailure(found) ? [] : [[x, found.theirs] as [number, number]]
    })
  const own = measured.flatMap(({ x, outcomes }) => {
    const cost = ownCost(outcomes)
    return cost === undefined ? [] : [[x, cost] as [number, number]]
  })
  return {
    name: `scaling-${curve.name}`,
    text: `µs a step against ${curve.title}`,
    svg: lineChart({
      title: `µs a step, by ${curve.title}`,
      x: { label: curve.name, scale: 'log', ticks: curve.points.map(({ x }) => x) },
      y: { label: 'µs a step', scale: 'log' },
      series: [
        { name: 'Chainrule', points: own },
        ...peersOf(measured).map((name) => ({ name, points: theirs(name) })),
      ],
    }),
  }
}
