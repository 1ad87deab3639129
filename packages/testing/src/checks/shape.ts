import { formatShape, sameShape } from '@chainrule/core'
import type { Check } from '../check.ts'

/**
 * `shape` says before any data what `forward` gives.
 *
 * Without it     a text is accepted and fails when it is trained, or the layer behind is made for other sizes
 * Found          when the case is traced (`plugin-shape` of core), or where `shape` changes its mind
 */
export const shape: Check = {
  name: 'shape',
  title: 'forward gives the shapes that `shape` says',
  run: (lab) => {
    const { layer, config } = lab
    const again = layer.shape(config, lab.shaped.nodes[0]?.inputShapes ?? [])
    return Object.entries(lab.outputShapes).flatMap(([output, first]) => {
      const second = again[output] ?? []
      if (sameShape(first, second)) return []
      const [one, other] = [first, second].map(formatShape)
      return [
        lab.finding('shape', `\`shape\` says ${one} the first time and ${other} the next`, {
          quantity: output,
          help: '`shape` may look at its arguments alone',
        }),
      ]
    })
  },
}
