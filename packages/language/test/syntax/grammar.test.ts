import { Lexer, LLkLookaheadStrategy } from 'chevrotain'
import { describe, expect, it, vi } from 'vitest'
import { directiveNames, reservedWords } from '../../src/index.ts'
import { lex } from '../../src/lexer.ts'
import { MlpParser } from '../../src/parser.ts'
import { lexedTokens } from '../../src/tokens.ts'

describe('the grammar', () => {
  it('passes the validations that the shipped parser skips', () => {
    expect(() => new MlpParser({ skipValidations: false })).not.toThrow()
  })

  it('makes the tables of a choice when a text first comes to it', () => {
    const alternations = vi.spyOn(LLkLookaheadStrategy.prototype, 'buildLookaheadForAlternation')
    const options = vi.spyOn(LLkLookaheadStrategy.prototype, 'buildLookaheadForOptional')
    const made = () => alternations.mock.calls.length + options.mock.calls.length
    const parser = new MlpParser()
    expect(made()).toBe(0)
    const read = (text: string) =>
      parser.read(
        text,
        lex(text, () => {}),
        () => {},
      )
    read('dense 1')
    const few = made()
    expect(few).toBeGreaterThan(0)
    read('dense 2')
    expect(made()).toBe(few)
    read('use "p" as x only [a]')
    expect(made()).toBeGreaterThan(few)
  })

  it('has a lexer that passes its validations, with every optimisation', () => {
    const lexer = new Lexer([...lexedTokens], {
      positionTracking: 'onlyOffset',
      ensureOptimizations: true,
    })
    expect(lexer.lexerDefinitionErrors).toEqual([])
  })

  it.each([...reservedWords, ...directiveNames])('reads %s as a word of its own', (word) => {
    const { tokens } = lex(word, () => {})
    expect(tokens.map(({ tokenType }) => tokenType.PATTERN)).toEqual([word, Lexer.NA])
  })

  it.each([...reservedWords, ...directiveNames])('reads %s-x and %sx as names', (word) => {
    const { tokens } = lex(`${word}-x ${word}x`, () => {})
    const names = tokens.map(({ tokenType }) => tokenType.name)
    expect(names).toEqual(['Identifier', 'Identifier', 'FileEnd'])
  })
})
