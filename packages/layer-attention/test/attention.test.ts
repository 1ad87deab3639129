import { activations } from '@chainrule/activations'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { attention } from '../src/index.ts'

const none = undefined

describeLayer({ describe, it }, attention, {
  engines: [engineJs, engineWasm],
  plugins: [...activations, ...initializers],
  cases: [
    { inputs: [[4, 6], none, none, none] },
    { arguments: [3], options: { causal: true }, inputs: [[5, 6], none, none, none] },
    { arguments: [2], options: { bias: false }, inputs: [[3, 4], none, none, none] },
    { arguments: [2], options: { dropout: 0.4 }, inputs: [[4, 4], none, none, none] },
    { arguments: [2], inputs: [[3, 4], [5, 3], none, none] },
    { arguments: [2], options: { causal: true }, inputs: [[3, 4], [5, 2], [5, 3], none] },
    { arguments: [2], inputs: [[4, 4], none, none, [4]] },
    { arguments: [1], options: { causal: true }, inputs: [[3, 4], none, none, [3]] },
    { arguments: [2], inputs: [[2, 4], [3, 2], [3, 5], [3]] },
  ],
  refuses: [
    { inputs: [[4], none, none, none], code: 'shape-mismatch', says: 'got [B, 4]' },
    { arguments: [4], inputs: [[3, 6], none, none, none], code: 'shape-mismatch', says: '4 heads' },
    {
      inputs: [[3, 4], [4, 4], [5, 4], none],
      code: 'shape-mismatch',
      says: 'a value for each key',
    },
    { inputs: [[3, 4], [5, 4], none, [3]], code: 'shape-mismatch', says: 'a mask of [B, 5]' },
  ],
})
