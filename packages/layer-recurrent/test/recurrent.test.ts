import { activations } from '@chainrule/activations'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { recurrentLayers } from '../src/index.ts'

for (const layer of recurrentLayers) {
  describeLayer({ describe, it }, layer, {
    engines: [engineJs, engineWasm],
    plugins: [...activations, ...initializers],
    cases: [
      { arguments: [3], inputs: [[4, 2], undefined] },
      { arguments: [2], options: { sequences: true }, inputs: [[3, 4], undefined] },
      { arguments: [2], options: { bias: false }, inputs: [[1, 3], undefined] },
      { arguments: [3], inputs: [[4, 2], [4]] },
      { arguments: [2], options: { sequences: true }, inputs: [[5, 1], [5]] },
    ],
    refuses: [
      { arguments: [3], inputs: [[4], undefined], code: 'shape-mismatch', says: 'got [B, 4]' },
      { arguments: [3], inputs: [[4, 2], [3]], code: 'shape-mismatch', says: 'got [B, 3]' },
      { arguments: [3], inputs: [[0, 2], undefined], code: 'shape-mismatch', says: 'times' },
    ],
  })
}
