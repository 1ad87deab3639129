/** Recurrent networks in TensorFlow.js; its wasm backend has no gradient of a convolution's weights. */
import * as tf from '@tensorflow/tfjs-core'
import { type Family, shapedLayers } from '../family.ts'
import { taking } from '../work-folder.ts'

export interface Network {
  readonly forward: (x: tf.Tensor) => tf.Tensor
  readonly variables: tf.Variable[]
}

/** Layers one after the other. */
export function familyNetwork(family: Family, weights: Float32Array): Network {
  const take = taking(weights)
  /** [in, out] of what is stored as [out, in]. */
  const matrix = (outputs: number, inputs: number): tf.Variable =>
    tf.tidy(() => tf.variable(tf.transpose(tf.tensor2d(take(outputs * inputs), [outputs, inputs]))))
  const vector = (length: number): tf.Variable => tf.variable(tf.tensor1d(take(length)))
  const layers = shapedLayers(family).map(({ layer, input }): Network => {
    const features = input.at(-1) ?? 0
    switch (layer.kind) {
      case 'dense': {
        const [W, b] = [matrix(layer.units, features), vector(layer.units)]
        return { forward: (x) => affine(x, W, b), variables: [W, b] }
      }
      case 'gru': {
        const gates = 3 * layer.units
        const [W, U] = [matrix(gates, features), matrix(gates, layer.units)]
        const [b, c] = [vector(gates), vector(gates)]
        return { forward: (x) => lastState(x, W, U, b, c), variables: [W, U, b, c] }
      }
      default:
        throw new Error(`there is no ${layer.kind} here`)
    }
  })
  return {
    forward: (x) => layers.reduce((h, { forward }) => forward(h), x),
    variables: layers.flatMap(({ variables }) => variables),
  }
}

const affine = (x: tf.Tensor, W: tf.Variable, b: tf.Variable): tf.Tensor =>
  tf.fused.matMul({ a: x as tf.Tensor2D, b: W as tf.Tensor2D, bias: b })

/** Its own `gru` has the reset gate before the product; this one is of operations, the product of all inputs at once. */
function lastState(x: tf.Tensor, ...[W, U, b, c]: readonly tf.Variable[]): tf.Tensor {
  if (W === undefined || U === undefined || b === undefined || c === undefined)
    throw new Error('internal: a gru without weights')
  const [batch = 0, times = 0, features = 0] = x.shape
  const projected = affine(tf.reshape(x, [batch * times, features]), W, b)
  const steps = tf.unstack(tf.reshape(projected, [batch, times, -1]), 1)
  return steps.reduce<tf.Tensor>(
    (h, step) => {
      const [ir, iz, inn] = tf.split(step, 3, 1)
      const [hr, hz, hn] = tf.split(affine(h, U, c), 3, 1)
      if (!ir || !iz || !inn || !hr || !hz || !hn) throw new Error('internal: three gates')
      const r = tf.sigmoid(tf.add(ir, hr))
      const z = tf.sigmoid(tf.add(iz, hz))
      const n = tf.tanh(tf.add(inn, tf.mul(r, hn)))
      return tf.add(n, tf.mul(z, tf.sub(h, n)))
    },
    tf.zeros([batch, U.shape[0] ?? 0]),
  )
}
