/** Activations: each is checked as the layer of its name, `-> relu ->`, which every activation is. */
import { type ActivationPlugin, activationLayer } from '@chainrule/core'
import type { Conformance, Domain, LayerCase } from './case.ts'
import type { Check } from './check.ts'
import { checkLayer } from './check-layer.ts'
import { rangeOf } from './checks/range.ts'
import { checks } from './checks.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'

/** One configuration of an activation. */
export interface ActivationCase extends Omit<LayerCase, 'inputs' | 'parameters' | 'statistics'> {
  /** Of one row; [5] and [2, 3] in turn where left out. */
  readonly shape?: readonly number[]
  /** Where g is drawn from: what has a kink is drawn away from it. */
  readonly domain?: Domain
}

/** What an activation is checked with: its defaults where no case is named. */
export interface ActivationConformance extends Omit<Conformance, 'cases'> {
  readonly cases?: readonly ActivationCase[]
}

/**
 * Everything that an activation must hold to: h = σ(g) and ∂L/∂g = ∂L/∂h ⊙ σ'(g) (eq. 76) three ways, places that do not
 * meet but along the last axis, finite far from 0, within its `range`, and the rest of what holds for layers.
 */
export function checkActivation(
  plugin: ActivationPlugin,
  conformance: ActivationConformance,
): Promise<Finding[]> {
  return checkLayer(activationLayer(plugin), layerConformance(conformance), checksFor(plugin))
}

/** Registers one test for each check of each case. */
export function describeActivation(
  runner: TestRunner,
  plugin: ActivationPlugin,
  conformance: ActivationConformance,
): void {
  const layer = activationLayer(plugin)
  describeLayer(runner, layer, layerConformance(conformance), checksFor(plugin))
}

const checksFor = (plugin: ActivationPlugin): Check[] => [...checks, rangeOf(plugin)]

function layerConformance({ cases = [{}], ...rest }: ActivationConformance): Conformance {
  return {
    ...rest,
    cases: cases.flatMap(({ shape, domain, ...tested }): LayerCase[] => {
      const shapes = shape === undefined ? [[5], [2, 3]] : [shape]
      return shapes.map((sizes) => ({
        ...tested,
        inputs: [domain === undefined ? sizes : { shape: sizes, domain }],
      }))
    }),
  }
}
