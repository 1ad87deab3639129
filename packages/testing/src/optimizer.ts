/**
 * Elementwise optimizers, seen as a layer whose rows are the elements of one parameter: w and the gradients of three
 * updates go in, w after them comes out. That rows do not meet then says that elements do not.
 */
import {
  defineLayer,
  type ElementwiseOptimizer,
  type ElementwisePlugin,
  type Layer,
  type Ops,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'
import { among, type CheckName, type Conformance, type LayerCase } from './case.ts'
import { checkLayer } from './check-layer.ts'
import { still } from './checks/still.ts'
import { checks } from './checks.ts'
import { describeLayer, type TestRunner } from './describe-layer.ts'
import type { Finding } from './finding.ts'

/** One configuration of an optimizer. */
export type OptimizerCase = Omit<LayerCase, 'inputs' | 'parameters' | 'statistics'>

/** What an optimizer is checked with: its defaults where no case is named. */
export interface OptimizerConformance extends Omit<Conformance, 'cases' | 'refuses'> {
  readonly cases?: readonly OptimizerCase[]
}

const optimizerChecks = [...checks, still]

/** What holds for layers and means something here; nothing is differentiated. */
const meant: readonly CheckName[] = [
  'determinism',
  'untouched',
  'rows',
  'sizes',
  'extremes',
  'save-and-load',
  'options',
  'engines',
  'still',
]

/**
 * Everything that an elementwise optimizer must hold to: elements that do not meet, weights that stay where there is no
 * gradient, finite where gradients are 0, tiny or huge, options with ranges, the same on every engine.
 */
export function checkOptimizer(
  plugin: ElementwisePlugin,
  conformance: OptimizerConformance,
): Promise<Finding[]> {
  return checkLayer(optimizerLayer(plugin), layerConformance(conformance), optimizerChecks)
}

/** Registers one test for each check of each case. */
export function describeOptimizer(
  runner: TestRunner,
  plugin: ElementwisePlugin,
  conformance: OptimizerConformance,
): void {
  describeLayer(runner, optimizerLayer(plugin), layerConformance(conformance), optimizerChecks)
}

function layerConformance({ cases = [{}], ...rest }: OptimizerConformance): Conformance {
  const each = { shape: [], fixed: true } as const
  const inputs = [each, each, each, each]
  return {
    ...rest,
    only: among(meant, rest.only),
    cases: cases.map((tested) => ({ rows: 5, ...tested, inputs })),
  }
}

function optimizerLayer(plugin: ElementwisePlugin): Layer {
  return defineLayer({
    name: plugin.name,
    summary: plugin.summary,
    arguments: plugin.arguments,
    options: plugin.options,
    inputs: [{ name: 'w' }, { name: 'dw1' }, { name: 'dw2' }, { name: 'dw3' }],
    shape: (_, shapes) => {
      if (shapes.some(({ length }) => length !== 1)) throw shapeMismatch('elements, [B]')
      return shapes[0]
    },
    forward: (ops, _, [w, ...gradients], config) => ({
      h: updated(ops, plugin.with(config), w, gradients),
      saved: {},
    }),
  })
}

/** w after one update a gradient, from empty slots. */
function updated(
  ops: Ops,
  optimizer: ElementwiseOptimizer,
  start: Tensor,
  gradients: readonly Tensor[],
): Tensor {
  const { slots: perElement, scalars, common } = optimizer
  const number = (value: number): Tensor => ops.constant(value, { shape: [] })
  let w = start
  let slots: Readonly<Record<string, Tensor>> = Object.fromEntries([
    ...perElement.map((slot) => [slot, ops.constant(0, { shape: w.shape })] as const),
    ...scalars.map((slot) => [slot, number(0)] as const),
  ])
  for (const [i, dw] of gradients.entries()) {
    const { lr, decay } = common
    const context = { w, dw, slots, learningRate: number(lr), step: number(i + 1), decay }
    const result = optimizer.update(ops, context)
    w = result.w
    slots = { ...slots, ...result.slots }
  }
  return w
}
