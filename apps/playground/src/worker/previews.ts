/** A few points of each generator, for its picture. */
import { generate, generatorDefaults, generators } from '@chainrule/data'
import type { Preview } from './text-protocol.ts'

/** Points of each generator. */
export function previews(): Preview[] {
  return [...generators.values()].map(({ name, about, target }) => {
    const { noise = 0 } = generatorDefaults(name)
    const { columns } = generate(name, {
      points: 120,
      noise: name === 'xor' ? 0.12 : noise,
      seed: 5,
    })
    const [x, y, targets] = columns.map(({ cells }) => Float32Array.from(cells, Number))
    const none = new Float32Array()
    return {
      name,
      about,
      x: x ?? none,
      y: y ?? none,
      target: targets ?? none,
      isRegression: target === 'y',
    }
  })
}
