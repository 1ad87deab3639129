/** What `dense` is checked on. */
import type { LayerCase } from '@chainrule/testing'

export const denseCases: readonly LayerCase[] = [
  { arguments: [2], inputs: [[4]] },
  { title: 'without a bias', arguments: [2, 'silu'], options: { bias: false }, inputs: [[4]] },
  { arguments: [3, 'softmax'], inputs: [[4]] },
  { title: 'over rows and times', arguments: [2, 'tanh'], inputs: [[3, 4]] },
  { title: 'over rows, heights and widths', arguments: [2, 'gelu'], inputs: [[2, 2, 4]] },
]
