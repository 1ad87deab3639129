/** The step of a 784-128-10 relu network with softmax cross-entropy and adam, written out by hand. */
import {
  B,
  createOps,
  type Entry,
  type Ops,
  type Program,
  type Shape,
  type StateDeclaration,
  type Tensor,
  Trace,
} from '@chainrule/program'

const parameters: Readonly<Record<string, Shape>> = {
  weight1: [128, 784],
  bias1: [128],
  weight2: [10, 128],
  bias2: [10],
}

function adam(ops: Ops, names: { state: (name: string) => Tensor }, name: string, dW: Tensor) {
  const weight = names.state(name)
  const rate = names.state('rate')
  const mean = ops.add(ops.mul(names.state(`${name}/mean`), 0.9), ops.mul(dW, 0.1))
  const square = ops.add(
    ops.mul(names.state(`${name}/square`), 0.999),
    ops.mul(ops.square(dW), 0.001),
  )
  const step = ops.div(ops.mul(mean, rate), ops.add(ops.sqrt(square), 1e-8))
  return {
    [name]: ops.sub(weight, step),
    [`${name}/mean`]: mean,
    [`${name}/square`]: square,
  }
}

const rowsBy = (x: Tensor, shape: Shape, ops: Ops): Tensor =>
  ops.trace.emit('broadcast', [x], { shape, axes: [0] })

/** The entry `step`: reads `image` and `label`, gives the summed loss. */
function traceStep(state: Readonly<Record<string, StateDeclaration>>): Entry {
  const trace = new Trace()
  const ops = createOps(trace)
  const read = (name: string): Tensor => {
    const declared = state[name]
    if (declared === undefined) throw new Error(`no state ${name}`)
    return trace.source('state', name, declared.type)
  }
  const x = trace.source('input', 'image', { dtype: 'f32', shape: [B, 784] })
  const label = trace.source('input', 'label', { dtype: 'i32', shape: [B] })
  const dense = (h: Tensor, weight: string, bias: string): Tensor =>
    ops.add(ops.dot(h, read(weight), { contract: [[1], [1]] }), read(bias))
  const g1 = dense(x, 'weight1', 'bias1')
  const h1 = ops.maximum(g1, 0)
  const logits = dense(h1, 'weight2', 'bias2')
  const shape: Shape = [B, 10]
  const shifted = ops.sub(logits, rowsBy(ops.max(logits, 1), shape, ops))
  const exponentials = ops.exp(shifted)
  const total = ops.sum(exponentials, 1)
  const target = ops.oneHot(label, 10)
  const loss = ops.sub(ops.log(total), ops.sum(ops.mul(shifted, target), 1))
  const softmax = ops.div(exponentials, rowsBy(total, shape, ops))
  const dg2 = ops.mul(ops.sub(softmax, target), 1 / 64)
  const dh1 = ops.dot(dg2, read('weight2'), { contract: [[1], [0]] })
  const dg1 = ops.select(ops.greater(g1, 0), dh1, 0)
  const gradient: Record<string, Tensor> = {
    weight1: ops.dot(dg1, x, { contract: [[0], [0]] }),
    bias1: ops.sum(dg1, 0),
    weight2: ops.dot(dg2, h1, { contract: [[0], [0]] }),
    bias2: ops.sum(dg2, 0),
  }
  const updates = Object.entries(gradient).map(([name, dW]) => adam(ops, { state: read }, name, dW))
  const summed = ops.sum(loss)
  return trace.entry({ loss: summed }, Object.assign({}, ...updates), summed)
}

export function mnistProgram(maxBatch: number): Program {
  const state: Record<string, StateDeclaration> = {
    rate: { type: { dtype: 'f32', shape: [] }, kind: 'hyperparameter' },
  }
  for (const [name, shape] of Object.entries(parameters)) {
    const type = { dtype: 'f32', shape } as const
    state[name] = { type, kind: 'parameter' }
    state[`${name}/mean`] = { type, kind: 'slot' }
    state[`${name}/square`] = { type, kind: 'slot' }
  }
  return {
    version: 1,
    maxBatch,
    inputs: {
      image: { dtype: 'f32', shape: [B, 784] },
      label: { dtype: 'i32', shape: [B] },
    },
    state,
    entries: { step: traceStep(state) },
  }
}
