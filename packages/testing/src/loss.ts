/** Losses: each is checked as a layer from (f, y) to ℓ, and in what losses have beside. */
import type { Layer, LossPlugin, TargetKind } from '@chainrule/core'
import type { CaseInput, Conformance, Domain, LayerCase } from './case.ts'
import { checkLayer } from './check-layer.ts'
import { places } from './checks/places.ts'
import { targetShape } from './checks/target-shape.ts'
import { checks } from './checks.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'
import { lossLayer, type Target } from './loss-layer.ts'

/** One configuration of a loss on outputs of one shape. */
export interface LossCase extends Omit<LayerCase, 'inputs' | 'parameters' | 'statistics'> {
  /** The model's output f of one row: [3], or with a time, [4, 3]. */
  readonly shape: readonly number[]
  /** Where f is drawn from. */
  readonly output?: Domain
  /** Where y is drawn from; between 0 and 1 for weights over classes and for `binary`. */
  readonly target?: Domain
  /** What the target is; the loss's first kind where left out. */
  readonly kind?: TargetKind
  /** Class targets come as weights over the classes instead of a class number. */
  readonly weights?: boolean
}

/** What a loss is checked with. */
export interface LossConformance extends Omit<Conformance, 'cases' | 'refuses'> {
  readonly cases: readonly LossCase[]
}

const lossChecks = [...checks, places, targetShape]

/**
 * Everything that a loss must hold to: ℓ over the leading axes, ∂L/∂f three ways, places that do not meet, targets of
 * other shapes refused, values and predictions finite far from 0, and the rest of what holds for layers.
 */
export async function checkLoss(
  plugin: LossPlugin,
  conformance: LossConformance,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { layer, ...rest } of layersOf(plugin, conformance)) {
    findings.push(...(await checkLayer(layer, rest.conformance, lossChecks)))
  }
  return findings
}

/** Registers one test for each check of each case. */
export function describeLoss(
  runner: TestRunner,
  plugin: LossPlugin,
  conformance: LossConformance,
): void {
  for (const { layer, ...rest } of layersOf(plugin, conformance)) {
    describeLayer(runner, layer, rest.conformance, lossChecks)
  }
}

/** Targets of unlike kind and dtype are inputs of unlike layers. */
function layersOf(
  plugin: LossPlugin,
  { cases, ...rest }: LossConformance,
): { readonly layer: Layer; readonly conformance: Conformance }[] {
  const targets = plugin.targets.flatMap((kind): Target[] => [
    { kind, integer: kind === 'class' },
    ...(kind === 'class' ? [{ kind, integer: false }] : []),
  ])
  return targets.flatMap((target) => {
    const chosen = cases.filter(({ kind = plugin.targets[0], weights = false }) => {
      return kind === target.kind && target.integer === (kind === 'class' && !weights)
    })
    if (chosen.length === 0) return []
    const layer = lossLayer(plugin, target)
    const conformance = { ...rest, cases: chosen.map((tested) => layerCase(tested, target)) }
    return [{ layer, conformance }]
  })
}

function layerCase(
  { shape, output, target, weights: _, kind: __, ...rest }: LossCase,
  { kind, integer }: Target,
): LayerCase {
  const f: CaseInput = { shape, ...(output === undefined ? {} : { domain: output }) }
  if (integer) {
    return { ...rest, inputs: [f, { shape: shape.slice(0, -1), below: shape.at(-1) ?? 1 }] }
  }
  const domain = target ?? (kind === 'number' ? undefined : { from: 0, to: 1 })
  return {
    ...rest,
    inputs: [f, { shape, fixed: true, ...(domain === undefined ? {} : { domain }) }],
  }
}
