/**
 * Heads: what the model's outputs are trained for. A loss gives ℓ over the output's leading axes, with a weight w for
 * each place, that of its row times that of its class; the head's loss is Σ wℓ / Σ w, and L is the sum over the heads,
 * each times its λ.
 */
import {
  B,
  backpropagate,
  formatShape,
  type Ops,
  type Shape,
  sameShape,
  type Tensor,
} from '@chainrule/program'
import { graphInvalid, pluginShape } from './errors.ts'
import type { GraphHead, ShapedGraph } from './graph.ts'
import { type Loss, leadingShape } from './loss.ts'
import {
  floatState,
  targetDeviationName,
  targetMeanName,
  targetName,
  weightName,
} from './state-names.ts'
import type { TracedGraph } from './trace-graph.ts'

/** A head with its loss, which every entry but `predict` needs. */
export interface TracedHead {
  readonly head: GraphHead
  /** The model's output, as the loss takes it. */
  readonly f: Tensor
  /** What a person is shown: original units, or probabilities. */
  readonly prediction: Tensor
  /** The target as the data gives it. */
  readonly target: Tensor
  /** The rows' own weights over the leading axes, which metrics take. */
  readonly rowWeight: Tensor
  /** ℓ of each row, or of each place of it. */
  readonly values: Tensor
  /** Σ w. */
  readonly weightSum: Tensor
  /** Σ w, and 1 where a batch has no weight at all: its loss and its gradients are then 0. */
  readonly divisor: Tensor
  /** Σ wℓ in the units that training works in. */
  readonly lossSum: Tensor
  /** Σ wℓ in the units of the data. */
  readonly reportedSum: Tensor
  /** ∂(Σ wℓ)/∂f, times `scale`. */
  gradient(scale: Tensor | undefined): Tensor
}

/** What a person is shown for a head's output. */
export function tracePrediction(ops: Ops, head: GraphHead, f: Tensor): Tensor {
  const shown = head.loss?.prediction(ops, f) ?? f
  if (head.standardise !== true) return shown
  const { mean, deviation } = targetScale(ops, head, f.shape)
  return ops.add(ops.mul(shown, deviation), mean)
}

function targetScale(ops: Ops, head: GraphHead, shape: Shape): { mean: Tensor; deviation: Tensor } {
  const width = shape.slice(-1)
  return {
    mean: floatState(ops, targetMeanName(head.name), width),
    deviation: floatState(ops, targetDeviationName(head.name), width),
  }
}

/** Traces the loss of every head that has one. */
export function traceHeads(ops: Ops, shaped: ShapedGraph, traced: TracedGraph): TracedHead[] {
  return shaped.graph.heads.flatMap((head) => {
    const { loss } = head
    if (loss === undefined) return []
    return [
      ops.trace.within(`${head.name}/loss`, () =>
        traceHead(ops, head, loss, traced.value(head.from)),
      ),
    ]
  })
}

function traceHead(ops: Ops, head: GraphHead, loss: Loss, f: Tensor): TracedHead {
  const lead = leadingShape(f.shape)
  const target = targetTensor(ops, head, loss, f)
  const rowWeight =
    head.weighted === true
      ? ops.trace.source('input', weightName(head.name), { dtype: ops.trace.float, shape: lead })
      : ops.constant(1, { shape: lead })
  const ofClass = classWeight(ops, head, target, f.shape)
  const weight = ofClass === undefined ? rowWeight : ops.mul(rowWeight, ofClass)
  const scale = head.standardise === true ? targetScale(ops, head, f.shape) : undefined
  const y = scale === undefined ? target : ops.div(ops.sub(target, scale.mean), scale.deviation)
  const { values, saved } = loss.forward(ops, { f, y })
  if (!sameShape(values.shape, lead)) {
    const [required, came] = [lead, values.shape].map(formatShape)
    throw pluginShape(loss, `must give values over the leading axes ${required}, not ${came}`)
  }
  const prediction = tracePrediction(ops, head, f)
  const weighted = (v: Tensor): Tensor => ops.sum(ops.mul(v, weight))
  const weightSum = ops.sum(weight)
  const reported =
    scale === undefined ? values : loss.forward(ops, { f: prediction, y: target }).values
  return {
    head,
    f,
    prediction,
    target,
    rowWeight,
    values,
    weightSum,
    divisor: safeDivisor(ops, head, weightSum),
    lossSum: weighted(values),
    reportedSum: weighted(reported),
    gradient: (factor) =>
      ops.trace.within(`${head.name}/loss/backward`, () => {
        const dvalues = factor === undefined ? weight : ops.mul(weight, factor)
        if (loss.backward !== undefined) return loss.backward(ops, { f, y, saved, dvalues })
        const [df = f] = backpropagate(ops, [{ of: values, cotangent: dvalues }], [f])
        return df
      }),
  }
}

/** The weight of each place's class; `undefined` where all count the same. */
function classWeight(
  ops: Ops,
  { name, classWeights }: GraphHead,
  target: Tensor,
  output: Shape,
): Tensor | undefined {
  if (classWeights === undefined) return undefined
  const outputs = output.at(-1)
  const classes = outputs === 1 ? 2 : outputs
  if (classWeights.length !== classes) {
    throw graphInvalid(
      `the head \`${name}\` has ${classWeights.length} weights of classes for ${formatShape(output)}`,
      'give one for each class, or two where each row is yes or no',
    )
  }
  if (target.dtype === 'i32') return ops.gather(ops.constant(classWeights), target)
  if (outputs !== 1) return ops.sum(ops.mul(target, ops.constant(classWeights)), -1)
  const [no = 1, yes = 1] = classWeights
  return ops.add(ops.mul(ops.reshape(target, leadingShape(output)), yes - no), no)
}

/** What Σ wℓ is divided by. */
export function safeDivisor(ops: Ops, head: GraphHead, weightSum: Tensor): Tensor {
  const mayBeNothing = head.weighted === true || head.classWeights !== undefined
  return mayBeNothing ? ops.select(ops.equal(weightSum, 0), 1, weightSum) : weightSum
}

/** The target's type follows from what the loss is for and from the output's shape. */
export function targetShape(
  head: GraphHead,
  loss: Loss,
  output: Shape,
): { shape: Shape; integer: boolean } {
  const integer = loss.target === 'class' && head.oneHot !== true
  return { shape: integer ? leadingShape(output) : output, integer }
}

function targetTensor(ops: Ops, head: GraphHead, loss: Loss, f: Tensor): Tensor {
  const { shape, integer } = targetShape(head, loss, f.shape)
  const dtype = integer ? 'i32' : ops.trace.float
  return ops.trace.source('input', targetName(head.name), { dtype, shape: [B, ...shape.slice(1)] })
}
