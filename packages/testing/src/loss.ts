/** Losses: each is checked as a layer from (f, y) to ℓ, and in what losses have beside. */
import type { Layer, LossPlugin } from '@chainrule/core'
import type { Conformance } from './case.ts'
import { checkLayer } from './check-layer.ts'
import { places } from './checks/places.ts'
import { targetShape } from './checks/target-shape.ts'
import { checks } from './checks.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'
import { lossLayer } from './loss-layer.ts'
import { casesByTarget, type TargetCase } from './targets.ts'

/** What a loss or a metric is checked with. */
export interface TargetConformance extends Omit<Conformance, 'cases' | 'refuses'> {
  readonly cases: readonly TargetCase[]
}

const lossChecks = [...checks, places, targetShape]

/**
 * Everything that a loss must hold to: ℓ over the leading axes, ∂L/∂f three ways, places that do not meet, targets of
 * other shapes refused, values and predictions finite far from 0, and the rest of what holds for layers.
 */
export async function checkLoss(
  plugin: LossPlugin,
  conformance: TargetConformance,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [layer, own] of layersOf(plugin, conformance))
    findings.push(...(await checkLayer(layer, own, lossChecks)))
  return findings
}

/** Registers one test for each check of each case. */
export function describeLoss(
  runner: TestRunner,
  plugin: LossPlugin,
  conformance: TargetConformance,
): void {
  for (const [layer, own] of layersOf(plugin, conformance))
    describeLayer(runner, layer, own, lossChecks)
}

function layersOf(
  plugin: LossPlugin,
  { cases, ...rest }: TargetConformance,
): (readonly [Layer, Conformance])[] {
  return casesByTarget(plugin, cases).map(({ target, cases }) => [
    lossLayer(plugin, target),
    { ...rest, cases },
  ])
}
