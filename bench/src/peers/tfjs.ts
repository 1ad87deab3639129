/** TensorFlow.js on its WebAssembly backend: tensors made beforehand, fused products, everything in `tidy`. */
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers' // registers the gradients
import { rounds, serveNetworks, timed, type Worker } from '../serve.ts'
import { type Arrays, layersOf, targetRows } from '../work-folder.ts'
import type { NetworkWorkload } from '../workload.ts'
import { familyNetwork, type Network } from './tfjs-family.ts'

await serveNetworks(async (workload, arrays) => {
  tf.disposeVariables()
  await tf.setBackend('wasm')
  await tf.ready()
  return workload.kind === 'training' ? trainer(workload, arrays) : predictor(workload, arrays)
})

/** The network with weights [in, out], which is tfjs's own order and its fastest. */
function network(workload: NetworkWorkload, weights: Float32Array): Network {
  if (workload.family !== undefined) return familyNetwork(workload.family, weights)
  const layers = layersOf(workload, weights).map(({ inputs, outputs, weight, bias }) => {
    const W = tf.tidy(() => tf.variable(tf.transpose(tf.tensor2d(weight, [outputs, inputs]))))
    return { W, b: tf.variable(tf.tensor1d(bias)) }
  })
  const forward = (x: tf.Tensor): tf.Tensor =>
    layers.reduce<tf.Tensor>((h, { W, b }, i) => {
      const isLast = i === layers.length - 1
      const isRelu = !isLast && workload.hidden === 'relu'
      const options = { a: h as tf.Tensor2D, b: W as tf.Tensor2D, bias: b }
      const g = tf.fused.matMul({ ...options, activation: isRelu ? 'relu' : 'linear' })
      return isLast || isRelu ? g : tf.tanh(g)
    }, x)
  return { forward, variables: layers.flatMap(({ W, b }) => [W, b]) }
}

function batchesOf(
  { batch, rows }: NetworkWorkload,
  values: Float32Array,
  row: readonly number[] = [values.length / rows],
): tf.Tensor[] {
  const size = values.length / (rows / batch)
  return Array.from({ length: rows / batch }, (_, i) =>
    tf.tensor(values.slice(i * size, (i + 1) * size), [batch, ...row]),
  )
}

function trainer(workload: NetworkWorkload, arrays: Arrays): Worker {
  const { forward, variables } = network(workload, arrays.weights)
  const xs = batchesOf(workload, arrays.inputs, workload.family?.input)
  const ys = batchesOf(workload, targetRows(workload, arrays))
  const { learningRate } = workload
  const optimizer =
    workload.optimizer === 'adam'
      ? tf.train.adam(learningRate, 0.9, 0.999, 1e-8)
      : tf.train.sgd(learningRate)
  const loss = workload.loss === 'mse' ? tf.losses.meanSquaredError : tf.losses.softmaxCrossEntropy
  const next = rounds(xs.length)
  const step = (wanted: boolean): tf.Scalar | null => {
    const i = next()
    const [x, y] = [xs[i], ys[i]]
    if (x === undefined || y === undefined) throw new Error('internal: no such batch')
    return optimizer.minimize(() => loss(y, forward(x)) as tf.Scalar, wanted, variables)
  }
  return {
    first: (count) =>
      Array.from({ length: count }, () => tf.tidy(() => step(true)?.dataSync()[0] ?? Number.NaN)),
    run: (seconds) =>
      timed(seconds, () => {
        tf.tidy(() => {
          step(false)
        })
      }),
  }
}

function predictor(workload: NetworkWorkload, arrays: Arrays): Worker {
  const { forward } = network(workload, arrays.weights)
  const xs = batchesOf(workload, arrays.inputs, workload.family?.input)
  const next = rounds(xs.length)
  const predict = (): Float32Array =>
    tf.tidy(() => {
      const x = xs[next()]
      if (x === undefined) throw new Error('internal: no such batch')
      const f = forward(x)
      return (workload.loss === 'mse' ? f : tf.softmax(f)).dataSync() as Float32Array
    })
  return {
    first: (count) => Array.from({ length: count }, () => Array.from(predict())).flat(),
    run: (seconds) => timed(seconds, predict),
  }
}
