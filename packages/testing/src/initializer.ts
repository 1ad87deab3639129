/** Initializers, seen as a layer that keeps one parameter and draws it so. */
import { defineLayer, type InitializerPlugin, isRows, type Layer } from '@chainrule/core'
import { among, type CheckName, type Conformance, type LayerCase } from './case.ts'
import { checkLayer } from './check-layer.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'

/** One configuration of an initializer, on a parameter of one shape. */
export interface InitializerCase
  extends Omit<LayerCase, 'inputs' | 'parameters' | 'statistics' | 'rows'> {
  /** Of the parameter, [outputs, inputs]; [3, 4] where left out. */
  readonly shape?: readonly number[]
}

/** What an initializer is checked with: its defaults where no case is named. */
export interface InitializerConformance extends Omit<Conformance, 'cases'> {
  readonly cases?: readonly InitializerCase[]
}

const meant: readonly CheckName[] = [
  'init',
  'determinism',
  'untouched',
  'save-and-load',
  'options',
  'engines',
]

/**
 * Everything that an initializer must hold to: finite numbers of the shape that is asked for, the same ones for the same seed
 * on every engine and others for another, and options with ranges.
 */
export function checkInitializer(
  plugin: InitializerPlugin,
  conformance: InitializerConformance,
): Promise<Finding[]> {
  return checkLayer(initializerLayer(plugin), layerConformance(conformance))
}

/** Registers one test for each check of each case. */
export function describeInitializer(
  runner: TestRunner,
  plugin: InitializerPlugin,
  conformance: InitializerConformance,
): void {
  describeLayer(runner, initializerLayer(plugin), layerConformance(conformance))
}

function layerConformance({ cases = [{}], ...rest }: InitializerConformance): Conformance {
  return {
    ...rest,
    only: among(meant, rest.only),
    cases: cases.map(({ shape = [3, 4], ...tested }) => ({
      ...tested,
      inputs: [{ shape, fixed: true as const }],
    })),
  }
}

function initializerLayer(plugin: InitializerPlugin): Layer {
  return defineLayer({
    name: plugin.name,
    summary: plugin.summary,
    arguments: plugin.arguments,
    options: plugin.options,
    shape: (_, [h]) => h,
    init: (config, [h]) => ({
      weight: {
        shape: h.flatMap((size) => (isRows(size) ? [] : [size])),
        initializer: plugin.with(config),
        role: 'weight',
      },
    }),
    forward: (ops, { weight }, [h]) => ({ h: ops.mul(h, weight), saved: {} }),
  })
}
