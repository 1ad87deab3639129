/* TensorFlow.js from nothing to the first completed step of 784-128-10 with adam. */
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'

await tf.setBackend('wasm')
await tf.ready()
const dense = (inputs, outputs) => ({
  W: tf.variable(tf.randomUniform([inputs, outputs], -0.1, 0.1)),
  b: tf.variable(tf.zeros([outputs])),
})
const [one, two] = [dense(784, 128), dense(128, 10)]
const x = tf.randomUniform([64, 784])
const classes = Int32Array.from({ length: 64 }, (_, row) => row % 10)
const y = tf.oneHot(tf.tensor1d(classes, 'int32'), 10)
const forward = () => {
  const h = tf.fused.matMul({ a: x, b: one.W, bias: one.b, activation: 'relu' })
  return tf.losses.softmaxCrossEntropy(y, tf.fused.matMul({ a: h, b: two.W, bias: two.b }))
}
const cost = tf.train.adam(1e-3).minimize(forward, true)
console.log('step', cost.dataSync()[0])
