/** Layers that are right have no findings: what the kit says of one can be believed. */
import type { Layer } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { checkLayer, formatFinding, type LayerCase } from '../src/index.ts'
import {
  affine,
  averaged,
  centred,
  crossing,
  dropping,
  lookedUp,
  scaled,
  side,
} from './support/right-layers.ts'

const table: [Layer, ...LayerCase[]][] = [
  [affine, { arguments: [2], inputs: [[3]] }],
  [affine, { arguments: [2], inputs: [[2, 3]], rows: 2 }],
  [crossing, { inputs: [[3], [3]] }],
  [scaled, { inputs: [[4]] }],
  [centred, { inputs: [[4]] }],
  [dropping, { inputs: [[20]] }],
  // Where one case draws, another need not.
  [dropping, { options: { part: 0 }, inputs: [[4]] }, { inputs: [[20]] }],
  [averaged, { inputs: [[4, 2], [4]] }],
  [averaged, { inputs: [[4, 2], undefined] }],
  [lookedUp, { arguments: [5, 3], inputs: [{ shape: [4], below: 5 }] }],
  [side, { inputs: [[2], [3], [1]] }],
]

describe('a layer that is right has no findings', () => {
  it.each(table)('$0.name', async (layer, ...cases) => {
    const findings = await checkLayer(layer, { engines: [engineJs], cases })
    expect(findings.map(formatFinding)).toEqual([])
  })
})

it('no cases at all are no proof', async () => {
  const nothing = { engines: [engineJs], cases: [] } as const
  await expect(checkLayer(scaled, nothing)).rejects.toThrow('`scaled` is given no cases')
})
