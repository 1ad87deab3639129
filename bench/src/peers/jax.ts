/**
 * jax-js on its WebAssembly device: the whole step in one `jit`, waited for after each step, because steps that pile up
 * unwaited for run several times slower. In Node it has no threads.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax'
import { rounds, serveNetworks, timedAsync, type Worker } from '../serve.ts'
import { type Arrays, layersOf, targetRows } from '../work-folder.ts'
import type { NetworkWorkload } from '../workload.ts'
import { familyForward, familyLayers, type Layer, tensor } from './jax-family.ts'

/** Weights [out, in], as ours: jax-js is as fast in either order. */
function parameters(workload: NetworkWorkload, weights: Float32Array): Layer[] {
  const { family } = workload
  if (family !== undefined) return familyLayers(family, weights)
  return layersOf(workload, weights).map(({ inputs, outputs, weight, bias }) => ({
    W: tensor(weight, [outputs, inputs]),
    b: tensor(bias, [outputs]),
  }))
}

function forward({ hidden, family }: NetworkWorkload, layers: Layer[], x: np.Array): np.Array {
  if (family !== undefined) return familyForward(family, layers, x)
  return layers.reduce((h, { W, b }, i) => {
    const g = np.dot(h, W.transpose()).add(b)
    if (i === layers.length - 1) return g
    return hidden === 'relu' ? nn.relu(g) : np.tanh(g)
  }, x)
}

function batchesOf(
  { batch, rows }: NetworkWorkload,
  values: Float32Array | Int32Array,
  row: readonly number[] = [values.length / rows],
): np.Array[] {
  const size = values.length / (rows / batch)
  return Array.from({ length: rows / batch }, (_, i) =>
    tensor(values.subarray(i * size, (i + 1) * size), [batch, ...row]),
  )
}

/** Batches of inputs; of images here the channels stand before the places. */
function inputsOf(workload: NetworkWorkload, { inputs }: Arrays): np.Array[] {
  const batches = batchesOf(workload, inputs, workload.family?.input)
  return batches.map((x) => (x.shape.length === 4 ? np.transpose(x, [0, 3, 1, 2]) : x))
}

function lossOf(workload: NetworkWorkload) {
  const { batch, loss, sizes } = workload
  return (layers: Layer[], x: np.Array, y: np.Array): np.Array => {
    const f = forward(workload, layers, x)
    if (loss === 'cross-entropy')
      return nn
        .logSoftmax(f)
        .mul(y)
        .sum()
        .mul(-1 / batch)
    return np
      .square(f.sub(y))
      .sum()
      .mul(1 / batch / (sizes.at(-1) ?? 1))
  }
}

/** An update by optimizer: new weights and slots, and the loss. `t` are the two corrections of adam. */
function stepOf(workload: NetworkWorkload) {
  const gradient = valueAndGrad(lossOf(workload))
  const { learningRate } = workload
  type Step = (
    layers: Layer[],
    m: Layer[],
    v: Layer[],
    t: np.Array[],
    x: np.Array,
    y: np.Array,
  ) => [Layer[], Layer[], Layer[], np.Array]
  const sgd: Step = (layers, m, v, _, x, y) => {
    const [loss, g] = gradient(tree.ref(layers), x, y)
    return [
      tree.map((w: np.Array, dw: np.Array) => w.sub(dw.mul(learningRate)), layers, g),
      m,
      v,
      loss,
    ]
  }
  const adam: Step = (layers, m, v, t, x, y) => {
    const [loss, g] = gradient(tree.ref(layers), x, y)
    const [rate, correction] = t as [np.Array, np.Array]
    const mean = tree.map(
      (a: np.Array, dw: np.Array) => a.mul(0.9).add(dw.mul(0.1)),
      m,
      tree.ref(g),
    )
    const square = tree.map(
      (a: np.Array, dw: np.Array) => a.mul(0.999).add(np.square(dw).mul(0.001)),
      v,
      g,
    )
    const next = tree.map(
      (w: np.Array, a: np.Array, b: np.Array) =>
        w.sub(a.mul(rate.ref).div(np.sqrt(b).mul(correction.ref).add(1e-8))),
      layers,
      tree.ref(mean),
      tree.ref(square),
    )
    tree.dispose(t)
    return [next, mean, square, loss]
  }
  return jit(workload.optimizer === 'adam' ? adam : sgd)
}

/** η / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ), as tensors: a number in a traced function would be compiled anew for each step. */
function corrections({ optimizer, learningRate }: NetworkWorkload, step: number): np.Array[] {
  if (optimizer === 'sgd') return []
  const factors = [learningRate / (1 - 0.9 ** step), 1 / Math.sqrt(1 - 0.999 ** step)]
  return factors.map((value) => tensor(Float32Array.of(value), []))
}

function trainer(workload: NetworkWorkload, arrays: Arrays): Worker {
  let layers = parameters(workload, arrays.weights)
  const zeros = (): Layer[] =>
    workload.optimizer === 'adam' ? tree.map((w: np.Array) => np.zeros(w.shape), layers) : []
  let [m, v] = [zeros(), zeros()]
  const xs = inputsOf(workload, arrays)
  const ys = batchesOf(workload, targetRows(workload, arrays))
  const update = stepOf(workload)
  const next = rounds(xs.length)
  let done = 0
  const step = async (): Promise<np.Array> => {
    const i = next()
    const [x, y] = [xs[i], ys[i]]
    if (x === undefined || y === undefined) throw new Error('internal: no such batch')
    done++
    const t = corrections(workload, done)
    let loss: np.Array
    ;[layers, m, v, loss] = update(layers, m, v, t, x.ref, y.ref)
    await blockUntilReady(layers)
    return loss
  }
  return {
    first: async (count) => {
      const losses: number[] = []
      while (losses.length < count) losses.push(Number((await step()).js()))
      return losses
    },
    run: (seconds) =>
      timedAsync(seconds, async () => {
        ;(await step()).dispose()
      }),
  }
}

function predictor(workload: NetworkWorkload, arrays: Arrays): Worker {
  const layers = parameters(workload, arrays.weights)
  const xs = inputsOf(workload, arrays)
  const next = rounds(xs.length)
  const network = jit((given: Layer[], x: np.Array) => {
    const f = forward(workload, given, x)
    return workload.loss === 'mse' ? f : nn.softmax(f)
  })
  const predict = async (): Promise<ArrayLike<number>> => {
    const x = xs[next()]
    if (x === undefined) throw new Error('internal: no such batch')
    return await network(tree.ref(layers), x.ref).data()
  }
  return {
    first: async (count) => {
      const outputs: number[] = []
      for (let i = 0; i < count; i++) outputs.push(...Array.from(await predict()))
      return outputs
    },
    run: (seconds) =>
      timedAsync(seconds, async () => {
        await predict()
      }),
  }
}

await serveNetworks(async (workload, arrays) => {
  await init('wasm')
  defaultDevice('wasm')
  return workload.kind === 'training' ? trainer(workload, arrays) : predictor(workload, arrays)
})
