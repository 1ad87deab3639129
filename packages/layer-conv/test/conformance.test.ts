/** Every layer holds to what layers must hold to, for each option, over images and series. */
import { activations } from '@chainrule/activations'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { type Conformance, describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import {
  averagePool,
  conv,
  depthwise,
  flatten,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  reshape,
  upsample,
} from '../src/index.ts'

const common = {
  engines: [engineJs, engineWasm],
  plugins: [...activations, ...initializers],
} as const satisfies Partial<Conformance>

/** A row that is neither image nor series. */
const flat = [[6]]

describeLayer({ describe, it }, conv, {
  ...common,
  cases: [
    { arguments: [2, [3, 3], 'tanh'], options: { pad: 'same' }, inputs: [[4, 5, 3]] },
    { arguments: [2, 3, 'silu'], options: { stride: 2, bias: false }, inputs: [[5, 6, 2]] },
    { arguments: [2, [2, 3]], options: { stride: [2, 1], pad: [0, 2] }, inputs: [[4, 3, 1]] },
    { arguments: [3, 2], options: { dilation: 2, pad: 1 }, inputs: [[4, 4, 2]] },
    { arguments: [4, 2, 'gelu'], options: { groups: 2 }, inputs: [[3, 3, 4]] },
    { arguments: [2, 3], options: { causal: true, dilation: 2 }, inputs: [[6, 2]] },
    { arguments: [2, 4, 'tanh'], options: { pad: 'same', stride: 3 }, inputs: [[7, 2]] },
  ],
  refuses: [
    { arguments: [2, 3], inputs: flat, code: 'shape-mismatch', says: 'got [B, 6]' },
    { arguments: [2, [3, 3]], inputs: [[7, 2]], code: 'shape-mismatch', says: 'has one axis' },
    { arguments: [2, 6], inputs: [[5, 5, 1]], code: 'shape-mismatch', says: 'do not fit into 5x5' },
    {
      ...{ arguments: [2, 3], options: { groups: 2 }, inputs: [[5, 5, 3]] },
      ...{ code: 'shape-mismatch', says: 'the 3 channels evenly' },
    },
    { arguments: [2, 0], code: 'argument-range' },
    { arguments: [2, 3], options: { pad: 'full' }, code: 'argument-word' },
  ],
})

describeLayer({ describe, it }, depthwise, {
  ...common,
  cases: [
    { arguments: [[3, 3], 'tanh'], options: { pad: 'same' }, inputs: [[4, 5, 3]] },
    { arguments: [2, 'silu'], options: { stride: 2, bias: false }, inputs: [[5, 6, 2]] },
    { arguments: [3], options: { dilation: 2, pad: 'causal' }, inputs: [[6, 2]] },
  ],
  refuses: [{ arguments: [3], inputs: flat, code: 'shape-mismatch', says: 'got [B, 6]' }],
})

for (const layer of [maxPool, averagePool]) {
  describeLayer({ describe, it }, layer, {
    ...common,
    cases: [
      { arguments: [2], inputs: [[4, 6, 2]] },
      { arguments: [[2, 3]], options: { stride: 1 }, inputs: [[4, 5, 2]] },
      { arguments: [3], options: { stride: 2, pad: 1 }, inputs: [[5, 5, 2]] },
      { arguments: [3], options: { pad: 'same' }, inputs: [[7, 2]] },
      { arguments: [6], options: { stride: 1 }, inputs: [[7, 7, 1]] },
    ],
    refuses: [
      { arguments: [2], inputs: flat, code: 'shape-mismatch', says: 'got [B, 6]' },
      { arguments: [2], options: { pad: 2 }, code: 'shape-mismatch', says: 'round the edge' },
      { arguments: [2], options: { pad: 'causal' }, code: 'argument-word' },
    ],
  })
}

for (const layer of [globalMaxPool, globalAveragePool]) {
  describeLayer({ describe, it }, layer, {
    ...common,
    cases: [{ inputs: [[3, 4, 2]] }, { inputs: [[5, 3]] }],
    refuses: [{ inputs: flat, code: 'shape-mismatch', says: 'got [B, 6]' }],
  })
}

describeLayer({ describe, it }, flatten, {
  ...common,
  cases: [{ inputs: [[2, 3, 2]] }, { inputs: [[4]] }],
})

describeLayer({ describe, it }, reshape, {
  ...common,
  cases: [
    { arguments: [[3, 2, 2]], inputs: [[4, 3]] },
    { arguments: [12], inputs: [[2, 3, 2]] },
  ],
  refuses: [
    { arguments: [[3, 2]], inputs: [[4, 3]], code: 'shape-mismatch', says: 'needs 6 numbers' },
  ],
})

describeLayer({ describe, it }, upsample, {
  ...common,
  cases: [
    { arguments: [2], inputs: [[2, 3, 2]] },
    { arguments: [[1, 3]], inputs: [[2, 3, 2]] },
    { arguments: [2], inputs: [[3, 2]] },
  ],
  refuses: [{ arguments: [2], inputs: flat, code: 'shape-mismatch', says: 'got [B, 6]' }],
})
