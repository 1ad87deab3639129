/** The README's layer, as it stands there: what people copy has to work. */

import { readFileSync } from 'node:fs'
import { defineLayer, isRows, number, shapeMismatch } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { describeLayer } from '../src/index.ts'

const stretch = defineLayer({
  name: 'stretch',
  summary: 'Multiplies by a number.',
  arguments: { by: number({ default: 2 }) },
  shape: (_, [h]) => {
    if (isRows(h.at(-1) ?? 0)) throw shapeMismatch('`stretch` needs features, [B, …, features]')
    return h
  },
  forward: (ops, _, [h], { by }) => ({ h: ops.mul(h, by), saved: {} }),
  backward: (ops, _, _saved, { dh }, { by }) => ({ dh: [ops.mul(dh, by)], gradients: {} }),
})

describeLayer({ describe, it }, stretch, {
  engines: [engineJs],
  cases: [{ inputs: [[4]] }, { arguments: [0.5], inputs: [[3, 4]] }],
  refuses: [{ inputs: [[]], code: 'shape-mismatch', says: 'needs features' }],
})

it('the README has this layer', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const own = readFileSync(new URL(import.meta.url), 'utf8')
  const [, layer = 'none'] = /\n(const stretch = (?:.|\n)*?\n\}\)\n)/.exec(own) ?? []
  expect(readme).toContain(layer)
})
