/**
 * Metrics that add up over batches, seen as a layer from prediction, target and weight to their sums, one behind the
 * other. Metrics that collect all rows are functions of the host, and tested as such.
 */
import { defineLayer, type Layer, type Metric, type MetricPlugin } from '@chainrule/core'
import { createOps, type Ops, type Shape, sizeAt, type Tensor, Trace } from '@chainrule/program'
import { among, asInput, type CaseInput, type CheckName, type Conformance } from './case.ts'
import { checkLayer } from './check-layer.ts'
import { sums } from './checks/sums.ts'
import { targetShape } from './checks/target-shape.ts'
import { checks } from './checks.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'
import type { TargetConformance } from './loss.ts'
import { casesByTarget, type Target } from './targets.ts'

const metricChecks = [...checks, targetShape, sums]
const meant: readonly CheckName[] = [
  'shape',
  'determinism',
  'untouched',
  'extremes',
  'save-and-load',
  'options',
  'engines',
  'target-shape',
  'sums',
]

/** Everything that a metric must hold to: sums that add up, weights that count, and the rest of what holds for layers. */
export async function checkMetric(
  plugin: MetricPlugin,
  conformance: TargetConformance,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [layer, own] of layersOf(plugin, conformance))
    findings.push(...(await checkLayer(layer, own, metricChecks)))
  return findings
}

/** Registers one test for each check of each case. */
export function describeMetric(
  runner: TestRunner,
  plugin: MetricPlugin,
  conformance: TargetConformance,
): void {
  for (const [layer, own] of layersOf(plugin, conformance))
    describeLayer(runner, layer, own, metricChecks)
}

/** The same inputs as a loss, and a weight for each place. */
function layersOf(
  plugin: MetricPlugin,
  { cases, ...rest }: TargetConformance,
): (readonly [Layer, Conformance])[] {
  // Its arguments do not change how it measures.
  if (plugin.with({}).style === 'collecting')
    throw new Error(
      `\`${plugin.name}\` collects all rows, so there are no sums to check: test its \`collect\` as a function`,
    )
  return casesByTarget(plugin, cases).map(({ target, cases }) => {
    const weighted = cases.map((tested) => {
      const [prediction = [], y] = tested.inputs
      const { shape } = asInput(prediction)
      const weight: CaseInput = { shape: shape.slice(0, -1), fixed: true, domain: { from: 0 } }
      return { ...tested, inputs: [{ ...asInput(prediction), fixed: true as const }, y, weight] }
    })
    return [
      metricLayer(plugin, target),
      { ...rest, only: among(meant, rest.only), cases: weighted },
    ]
  })
}

function metricLayer(plugin: MetricPlugin, { kind, integer }: Target): Layer {
  const sumsOf = (ops: Ops, config: Config, [prediction, target, weight]: Triple): Tensor => {
    const metric: Metric = plugin.with(config)
    if (metric.style === 'collecting') throw new Error('internal: a metric without sums')
    const found = metric.accumulate(ops, { kind, prediction, target, weight })
    const flat = Object.values(found).map((sum) => ops.reshape(sum, [sizeAt(sum.shape, 1)]))
    return flat.length === 1 && flat[0] !== undefined ? flat[0] : ops.concat(flat, 0)
  }
  return defineLayer({
    name: plugin.name,
    summary: plugin.summary,
    arguments: plugin.arguments,
    options: plugin.options,
    inputs: [
      { name: 'prediction' },
      integer ? { name: 'target', dtype: 'integer' } : { name: 'target' },
      { name: 'weight' },
    ],
    couples: 'batch',
    // What a metric refuses, it refuses in `accumulate`, which is traced for it here.
    shape: (config, shapes) => {
      const ops = createOps(new Trace('f32'))
      const dtypes = ['f32', integer ? 'i32' : 'f32', 'f32'] as const
      const source = (shape: Shape, i: number): Tensor =>
        ops.trace.source('input', `${i}`, { dtype: dtypes[i] ?? 'f32', shape })
      const [prediction, target, weight] = shapes
      const given: Triple = [source(prediction, 0), source(target, 1), source(weight, 2)]
      return sumsOf(ops, config, given).shape
    },
    forward: (ops, _, inputs, config) => ({ h: sumsOf(ops, config, inputs), saved: {} }),
  })
}

type Config = Readonly<Record<string, unknown>>
type Triple = readonly [prediction: Tensor, target: Tensor, weight: Tensor]
