/* jax-js from nothing to the first completed step of 784-128-10 with adam. */
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'

await init('wasm')
defaultDevice('wasm')
const numbers = (...shape) => {
  const count = shape.reduce((product, size) => product * size, 1)
  return np.array(Float32Array.from({ length: count }, (_, i) => Math.sin(i) / 10)).reshape(shape)
}
const layers = [
  { W: numbers(784, 128), b: np.zeros([128]) },
  { W: numbers(128, 10), b: np.zeros([10]) },
]
const oneHot = Float32Array.from({ length: 640 }, (_, i) => (i % 10 === 3 ? 1 : 0))
const y = np.array(oneHot).reshape([64, 10])
const loss = ([one, two], x, target) => {
  const h = nn.relu(np.dot(x, one.W).add(one.b))
  return nn
    .logSoftmax(np.dot(h, two.W).add(two.b))
    .mul(target)
    .sum()
    .mul(-1 / 64)
}
const gradient = valueAndGrad(loss)
const step = jit((weights, x, target) => {
  const [cost, g] = gradient(tree.ref(weights), x, target)
  // The first step of adam, whose running means begin at 0.
  const next = tree.map(
    (w, dw) => w.sub(dw.ref.mul(1e-3).div(np.sqrt(np.square(dw)).add(1e-8))),
    weights,
    g,
  )
  return [next, cost]
})
const [next, cost] = step(layers, numbers(64, 784), y)
await next[0].W.data()
console.log('step', cost.js())
