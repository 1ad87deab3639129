/** Networks that are not dense layers alone in jax-js, where images have their channels first. */
import { lax, nn, numpy as np } from '@jax-js/jax'
import { type Family, shapedLayers } from '../family.ts'
import { taking } from '../work-folder.ts'

export type Layer = { W: np.Array; b: np.Array }

export const tensor = (values: Float32Array | Int32Array, shape: readonly number[]): np.Array =>
  np.array(values.slice()).reshape([...shape])

/** The layers that have weights. */
export function familyLayers(family: Family, weights: Float32Array): Layer[] {
  const take = taking(weights)
  let image: readonly number[] | undefined
  return shapedLayers(family).flatMap(({ layer, input }) => {
    switch (layer.kind) {
      case 'flatten':
        image = input
        return []
      case 'conv': {
        const { filters, kernel } = layer
        const shape = [filters, input[2] ?? 0, kernel, kernel]
        return { W: tensor(take(size(shape)), shape), b: tensor(take(filters), [filters]) }
      }
      case 'dense': {
        const [features = 0] = input
        const values = take(layer.units * features)
        const W =
          image === undefined
            ? tensor(values, [layer.units, features])
            : np.transpose(tensor(values, [layer.units, ...image]), [0, 3, 1, 2])
        image = undefined
        const b = tensor(take(layer.units), [layer.units])
        return { W: W.reshape([layer.units, features]), b }
      }
      default:
        return []
    }
  })
}

const size = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, 1)

/** The outputs of a batch. */
export function familyForward({ layers }: Family, weights: Layer[], x: np.Array): np.Array {
  let [h, next] = [x, 0]
  const take = (): Layer => weights[next++] as Layer
  for (const layer of layers) {
    switch (layer.kind) {
      case 'conv': {
        const { W, b } = take()
        const g = lax.conv(h, W, [1, 1], 'SAME')
        h = nn.relu(g.add(b.reshape([1, layer.filters, 1, 1])))
        break
      }
      case 'max-pool': {
        const size = [layer.size, layer.size]
        h = lax.reduceWindow(h, (window) => np.max(window), size, size)
        break
      }
      case 'flatten':
        h = h.reshape([h.shape[0] ?? 1, -1])
        break
      case 'dense': {
        const { W, b } = take()
        h = np.dot(h, W.transpose()).add(b)
        break
      }
      default:
        throw new Error(`there is no ${layer.kind} here`)
    }
  }
  return h
}
