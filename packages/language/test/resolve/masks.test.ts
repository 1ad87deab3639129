/** Inputs of yes and no, and where layers take them. */
import { refKey } from '@chainrule/core'
import { describe, expect, it } from 'vitest'
import { experimentOf, outcome } from '../support/resolving.ts'

const inputs = 'input x 6x4\ninput y 5x3\ninput mask 6 boolean\ninput other 5 boolean\n'

/** What a node reads. */
function reads(text: string, node: string): string[] {
  const { graph } = experimentOf(inputs + text)
  const found = graph.nodes.find(({ name }) => name === node)
  return found?.inputs.map((ref) => (ref === undefined ? '-' : refKey(ref))) ?? []
}

describe('an input of yes and no', () => {
  it('is declared `boolean`', () => {
    const { graph } = experimentOf(
      'input x 6x4\ninput mask 6 boolean\n[@x, @mask] -> gru 3\nloss mse',
    )
    expect(graph.inputs[1]).toEqual({ name: 'mask', shape: [6], dtype: 'bool' })
  })

  it.each([
    ['[@x, @mask] -> gru 4 as a', ['@x', '@mask']],
    ['[@mask, @x] -> lstm 4 as a', ['@x', '@mask']],
    ['@x -> attention as a', ['@x']],
    ['[@x, @mask] -> attention as a', ['@x', '-', '-', '@mask']],
    ['[@x, @y] -> attention as a', ['@x', '@y']],
    ['[@x, @y, @other] -> attention as a', ['@x', '@y', '-', '@other']],
    ['[@x, @y, @y, @other] -> attention as a', ['@x', '@y', '@y', '@other']],
  ])('of `%s` goes where the layer takes a mask', (stage, expected) => {
    expect(reads(`${stage}\n@a -> dense 1\nloss mse`, 'a')).toEqual(expected)
  })

  it('goes there again where a layer is applied again', () => {
    const text = '[@x, @mask] -> gru 4 as a\n[@x, @mask] -> same @a as b\n[@a, @b] -> add\nloss mse'
    expect(reads(text, 'b')).toEqual(['@x', '@mask'])
  })

  it('is an output of `embed` too, false where padding stands', () => {
    const text = 'input t 6 integer\n@t -> embed 9 dim=4 padding=0 as e\n[@e, @e.mask] -> gru 3'
    const { graph } = experimentOf(`${text}\nloss mse`)
    expect(graph.nodes[1]?.inputs.map((ref) => ref && refKey(ref))).toEqual(['e.h', 'e.mask'])
  })
})

describe('a further output', () => {
  it.each(['@l.state', '@l.cell'])('%s is read like any other', (state) => {
    const { graph } = experimentOf(
      `${inputs}@x -> lstm 3 sequences=true as l\n${state} -> dense 2\nloss mse`,
    )
    expect(graph.nodes[1]?.inputs.map((ref) => ref && refKey(ref))).toEqual([state.slice(1)])
  })
})

describe('what a mask is not', () => {
  const said = (text: string): string => outcome(`${inputs}${text}`).shown

  it('numbers to calculate with', () => {
    const shown = said('@mask -> dense 1\nloss mse')
    expect(shown).toContain('`dense` calculates with numbers, but the input `mask` says yes or no')
    expect(shown).toContain('declared `boolean` here')
    expect(shown).toContain(
      'give it to a layer that takes a mask, such as `[@tokens, @mask] -> gru`',
    )
  })

  it('numbers, where a layer takes a mask', () => {
    const shown = said('input numbers 6\n[@x, @numbers] -> gru 4\nloss mse')
    expect(shown).toContain(
      '`gru` takes a mask, a yes or no for each place, but the input `numbers` may be any numbers',
    )
    expect(shown).toContain('declare the input with `boolean`')
  })

  it('several', () => {
    expect(said('[@x, @mask, @mask] -> gru 4\nloss mse')).toContain('`gru` takes at most 2 tensors')
  })

  it('of another length than the sequence', () => {
    expect(said('[@x, @other] -> attention\nloss mse')).toContain(
      '`attention` needs a mask of [B, 6], a yes or no for each key, but got [B, 5]',
    )
  })
})
