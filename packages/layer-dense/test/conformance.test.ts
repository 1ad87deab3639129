import { activations } from '@chainrule/activations'
import { engineJs } from '@chainrule/engine-js'
import { initializers } from '@chainrule/initializers'
import { describeLayer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { dense } from '../src/index.ts'
import { denseCases } from './support/cases.ts'

describeLayer({ describe, it }, dense, {
  engines: [engineJs],
  plugins: [...activations, ...initializers],
  cases: denseCases,
  refuses: [
    { arguments: [5], inputs: [[]], code: 'shape-mismatch', says: 'got [B]' },
    { arguments: [], code: 'argument-missing' },
    { arguments: [0], code: 'argument-range' },
    { arguments: [2.5], code: 'argument-type' },
    { arguments: [4, 'rleu'], code: 'argument-word' },
    { arguments: [4, 'relu', false], code: 'argument-extra' },
    { arguments: [4], options: { units: 4 }, code: 'argument-twice' },
    { arguments: [4], options: { activatoin: 'relu' }, code: 'argument-unknown' },
    { arguments: [4], options: { weights: 3 }, code: 'argument-type' },
  ],
})
