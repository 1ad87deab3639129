import { editDistance } from '@chainrule/core'
import { describe, expect, it } from 'vitest'
import { quote } from '../../src/quote.ts'
import { SourceText } from '../../src/source.ts'
import { near } from '../../src/suggest.ts'

describe('a position', () => {
  it.each([
    ['ab\ncd', 0, 1, 1],
    ['ab\ncd', 2, 1, 3],
    ['ab\ncd', 3, 2, 1],
    ['ab\r\ncd', 4, 2, 1],
    ['ab\rcd', 3, 2, 1],
    ['🙂b', 2, 1, 2],
    ['a\n', 2, 2, 1],
    ['', 0, 1, 1],
  ])('in %j at %i is line %i, column %i', (text, offset, line, column) => {
    expect(new SourceText(text).positionOf(offset)).toEqual({ line, column })
  })

  it('is the same in whatever order it is asked for', () => {
    const text = 'a🙂b\nc🙂d'
    const offsets = [8, 1, 6, 3, 3, 0, 9, 5]
    const shared = new SourceText(text)
    const once = offsets.map((offset) => new SourceText(text).positionOf(offset))
    expect(offsets.map((offset) => shared.positionOf(offset))).toEqual(once)
  })
})

describe('the nearest name', () => {
  const layers = [
    'dense',
    'dropout',
    'conv',
    'max-pool',
    'norm',
    'relu',
    'gru',
    'softmax',
    'softplus',
  ]

  it.each([
    ['dnese', ['dense']],
    ['Dense', ['dense']],
    ['densee', ['dense']],
    ['dropuot', ['dropout']],
    ['maxpool', ['max-pool']],
    ['conv2', ['conv']],
    ['drop', ['dropout']],
    ['soft', ['softmax', 'softplus']],
    ['norms2d', ['norm']],
    ['normalising', undefined],
    ['so', undefined],
    ['x', undefined],
    ['attention', undefined],
    ['dense'.repeat(20), undefined],
  ])('to %s is %s', (word, expected) => {
    expect(near(word, layers)?.names).toEqual(expected)
  })

  it('is each of those equally near, so that none is taken for the one that was meant', () => {
    expect(near('bat', ['cat', 'bag', 'bar', 'bag'])).toEqual({
      names: ['bag', 'bar', 'cat'],
      distance: expect.closeTo(1, 1),
    })
  })

  it('has all letters of the word rather than one for another', () => {
    expect(near('inpt', ['init', 'input'])?.names).toEqual(['input'])
    expect(near('rlu', ['elu', 'relu'])?.names).toEqual(['relu'])
  })

  it('is further away where it is only abbreviated', () => {
    expect(near('met', ['met1', 'metrics'])?.names).toEqual(['met1'])
  })

  it.each([
    ['', 'abc', 3],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('from %j to %j takes %i edits', (a, b, edits) => {
    expect([editDistance(a, b), editDistance(b, a)]).toEqual([edits, edits])
  })
})

describe('a quotation', () => {
  it.each([
    ['dense', '`dense`'],
    ['a\u001bb\u200bc\td', '`a␛b\uFFFDc␉d`'],
    ['x'.repeat(41), `\`${'x'.repeat(39)}…\``],
    ['🙂'.repeat(41), `\`${'🙂'.repeat(39)}…\``],
    ['🙂'.repeat(40), `\`${'🙂'.repeat(40)}\``],
  ])('of %j is %s', (text, expected) => {
    expect(quote(text)).toBe(expected)
  })
})
