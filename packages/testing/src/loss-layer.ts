/**
 * A loss seen as a layer, so that all that holds for layers is checked of it: f and y go in, ℓ over the leading axes comes
 * out as h, and what a person is shown beside it.
 */
import {
  ChainruleError,
  defineLayer,
  formatShape,
  type Layer,
  type Loss,
  type LossPlugin,
  leadingShape,
} from '@chainrule/core'
import {
  backpropagate,
  createOps,
  isFloat,
  type Ops,
  type Shape,
  sameShape,
  type Tensor,
  Trace,
} from '@chainrule/program'
import type { Target } from './targets.ts'

/** What `backward` needs. */
interface Saved {
  readonly f: Tensor
  readonly y: Tensor
  readonly values: Tensor
  readonly prediction: Tensor
  readonly own: unknown
}

/** The layer that a loss is for targets of one kind. */
export function lossLayer(plugin: LossPlugin, { kind, integer }: Target): Layer {
  const lossWith = (config: Readonly<Record<string, unknown>>): Loss =>
    plugin.with(config).forTarget(kind)
  return defineLayer({
    name: plugin.name,
    summary: plugin.summary,
    arguments: plugin.arguments,
    options: plugin.options,
    inputs: [{ name: 'f' }, integer ? { name: 'y', dtype: 'integer' } : { name: 'y' }],
    outputs: ['prediction'],
    shape: (config, [f, y]) => shapesOf(lossWith(config), f, y, integer),
    forward: (ops, _, [f, y], config) => {
      const { own, values, prediction } = lossOf(ops, lossWith(config), f, y)
      const saved: Saved = { f, y, values, prediction, own }
      return { h: values, outputs: { prediction }, saved }
    },
    backward: (ops, _, saved, { dh, outputs }, config) => {
      const { f, y, values, prediction, own } = saved
      const { backward } = lossWith(config)
      const df = backward?.(ops, { f, y, saved: own, dvalues: dh }) ?? derived(ops, values, dh, f)
      const shown = isFloat(prediction.dtype) && prediction.id !== f.id
      const ofPrediction = shown
        ? derived(ops, prediction, outputs.prediction, f)
        : outputs.prediction
      return {
        // Nothing is asked of the target's gradient.
        dh: [ops.add(df, ofPrediction), integer ? undefined : ops.constant(0, { shape: y.shape })],
        gradients: {},
      } as never
    },
  })
}

/** Only what a loss writes itself is checked against what is derived; the rest stands in for its layer. */
function derived(ops: Ops, of: Tensor, cotangent: Tensor, wrt: Tensor): Tensor {
  const [gradient = wrt] = backpropagate(ops, [{ of, cotangent }], [wrt])
  return gradient
}

function lossOf(ops: Ops, loss: Loss, f: Tensor, y: Tensor) {
  const { values, saved: own } = loss.forward(ops, { f, y })
  const lead = leadingShape(f.shape)
  if (!sameShape(values.shape, lead)) {
    const [required, came] = [lead, values.shape].map(formatShape)
    throw new ChainruleError(
      'plugin-shape',
      `\`${loss.name}\` must give values over the leading axes ${required}, not ${came}`,
      { help: 'sum or mean over the last axis, and over no other' },
    )
  }
  return { own, values, prediction: loss.prediction(ops, f) }
}

/** A loss has no `shape`: what it refuses, it refuses in `forward`, which is traced for it here. */
function shapesOf(loss: Loss, f: Shape, y: Shape, integer: boolean) {
  const ops = createOps(new Trace('f32'))
  const output = ops.trace.source('input', 'f', { dtype: 'f32', shape: f })
  const target = ops.trace.source('input', 'y', { dtype: integer ? 'i32' : 'f32', shape: y })
  const { values, prediction } = lossOf(ops, loss, output, target)
  return { h: values.shape, prediction: prediction.shape }
}
