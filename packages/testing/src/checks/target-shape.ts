import { B, ChainruleError, formatShape } from '@chainrule/core'
import { asInput } from '../case.ts'
import type { Check } from '../check.ts'
import { thrownBy } from '../finding.ts'
import { sizesAround } from './other-shapes.ts'

/**
 * A target whose shape does not fit is refused, also where it could be repeated to fit.
 *
 * Without it     [B, 1] beside [B, 3] trains, on nonsense
 */
export const targetShape: Check = {
  name: 'target-shape',
  title: 'a target of another shape is refused with a code',
  run: (lab) => {
    const [f, y, ...rest] = lab.tested.inputs
    if (y === undefined) return []
    return sizesAround(asInput(y).shape).flatMap((shape) => {
      const variant = lab.variant({ inputs: [f, { ...asInput(y), shape }, ...rest] })
      if (thrownBy(() => variant.shaped) instanceof ChainruleError) return []
      const [output, target] = [asInput(f ?? []).shape, shape].map((s) => formatShape([B, ...s]))
      return [
        lab.finding('target-shape', `outputs ${output} take a target ${target}`, {
          help: 'compare the shapes before anything is computed: `sameShape`, and `shapeMismatch` where they differ',
        }),
      ]
    })
  },
}
