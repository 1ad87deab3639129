/** Schedules, seen as a layer whose rows are updates: η and where the training stands go in, the rate comes out. */
import { defineLayer, type Layer, type SchedulePlugin, shapeMismatch } from '@chainrule/core'
import { createOps, type Ops, type Shape, type Tensor, Trace } from '@chainrule/program'
import { among, type CaseInput, type CheckName, type Conformance, type LayerCase } from './case.ts'
import { checkLayer } from './check-layer.ts'
import { rates, updates } from './checks/rates.ts'
import { checks } from './checks.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'

/** One configuration of a schedule. */
export type ScheduleCase = Omit<LayerCase, 'inputs' | 'parameters' | 'statistics' | 'rows'>

/** What a schedule is checked with: its defaults where no case is named. */
export interface ScheduleConformance extends Omit<Conformance, 'cases' | 'refuses'> {
  readonly cases?: readonly ScheduleCase[]
}

const scheduleChecks = [...checks, rates]
const meant: readonly CheckName[] = [
  'determinism',
  'untouched',
  'rows',
  'sizes',
  'save-and-load',
  'options',
  'engines',
  'rates',
]

/**
 * Everything that a schedule must hold to: a rate that is finite and not below 0 from the first update to after the last, the
 * same on every engine, and options with ranges.
 */
export function checkSchedule(
  plugin: SchedulePlugin,
  conformance: ScheduleConformance,
): Promise<Finding[]> {
  return checkLayer(scheduleLayer(plugin), layerConformance(conformance), scheduleChecks)
}

/** Registers one test for each check of each case. */
export function describeSchedule(
  runner: TestRunner,
  plugin: SchedulePlugin,
  conformance: ScheduleConformance,
): void {
  describeLayer(runner, scheduleLayer(plugin), layerConformance(conformance), scheduleChecks)
}

/** Updates are counted in whole numbers, before and after the end. */
const inputs: readonly CaseInput[] = [
  { shape: [], fixed: true, domain: { from: 0.001, to: 1 } },
  counted((numbers) => numbers.whole(updates + 10)),
  counted(() => updates),
  counted((numbers) => numbers.whole(12)),
]

function counted(draw: (numbers: { whole(below: number): number }) => number): CaseInput {
  return {
    shape: [],
    fixed: true,
    draw: (numbers, count) => Array.from({ length: count }, () => draw(numbers)),
  }
}

function layerConformance({ cases = [{}], ...rest }: ScheduleConformance): Conformance {
  return {
    ...rest,
    only: among(meant, rest.only),
    cases: cases.map((tested) => ({ ...tested, rows: 5, inputs })),
  }
}

function scheduleLayer(plugin: SchedulePlugin): Layer {
  const rateOf = (ops: Ops, [base, step, total, epoch]: Standing, config: Config): Tensor =>
    plugin.with(config).rate(ops, { base, step, total, epoch })
  return defineLayer({
    name: plugin.name,
    summary: plugin.summary,
    arguments: plugin.arguments,
    options: plugin.options,
    inputs: [{ name: 'base' }, { name: 'step' }, { name: 'total' }, { name: 'epoch' }],
    // What a schedule refuses, it refuses in `rate`, which is traced for it here.
    shape: (config, shapes) => {
      if (shapes.some(({ length }) => length !== 1)) throw shapeMismatch('updates, [B]')
      const ops = createOps(new Trace('f32'))
      const source = (shape: Shape, i: number): Tensor =>
        ops.trace.source('input', `${i}`, { dtype: 'f32', shape })
      const [base, step, total, epoch] = shapes
      const standing: Standing = [
        source(base, 0),
        source(step, 1),
        source(total, 2),
        source(epoch, 3),
      ]
      rateOf(ops, standing, config)
      return base
    },
    // A rate that looks at nothing is one number for all of them.
    forward: (ops, _, standing, config) => ({
      h: ops.add(rateOf(ops, standing, config), ops.constant(0, { shape: standing[0].shape })),
      saved: {},
    }),
  })
}

type Config = Readonly<Record<string, unknown>>
type Standing = readonly [base: Tensor, step: Tensor, total: Tensor, epoch: Tensor]
