import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childrenOf, type Node, type Span, walk } from '../../src/ast.ts'
import { applyFixes } from '../../src/diagnostic.ts'
import { directiveNames, reservedWords } from '../../src/index.ts'
import { toJson } from '../../src/json.ts'
import { parse } from '../../src/parse.ts'
import { renderDiagnostics } from '../../src/render.ts'

// fast-check prints the seed and the path of a failure, with which it is run again.
const runs = { numRuns: 400, seed: 20261123 }

const folder = new URL('programs/', import.meta.url)
const programs = readdirSync(folder)
  .filter((name) => name.endsWith('.mlp'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))

/** Words and signs of the language, and what people write in their place. */
const words: string[] = [
  ...reservedWords,
  ...directiveNames,
  ...'dense relu max-pool x @a @cell.0 16 0.5 1e-3 20% 3x3 "a" true -> , = : . + - * / ; ( ) [ ] { }'.split(
    ' ',
  ),
  ..."→ => “a” 'a' # /* // /// \" .5 16. 3X3 3×3 größe @ $ ? % − \u200b 🙂 \\ \n \r\n \t".split(
    ' ',
  ),
  ' ',
]

const anyText = fc.string({ unit: 'binary', maxLength: 200 })
const wordSequence = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom('', ' ', '\n')), { maxLength: 60 })
  .map((parts) => parts.flat().join(''))
/** A good program with pieces cut out, doubled, moved or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...programs),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', ...words)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([program, changes]) =>
    changes.reduce((text, [place, length, word]) => {
      const at = place % (text.length + 1)
      return text.slice(0, at) + word + text.slice(at + length)
    }, program),
  )
const texts = fc.oneof(anyText, wordSequence, mutated)

const contains = (outer: Span, inner: Span): boolean =>
  outer.start <= inner.start && inner.end <= outer.end

const isInText = ({ start, end }: Span, text: string): boolean =>
  Number.isInteger(start) && 0 <= start && start <= end && end <= text.length

const checkSpans = (root: Node, text: string): void =>
  walk(root, (node) => {
    if (!isInText(node.span, text)) throw new Error(`${node.kind} leaves the text`)
    for (const child of childrenOf(node))
      if (!contains(node.span, child.span))
        throw new Error(
          `${child.kind} ${JSON.stringify(child.span)} leaves ${node.kind} ${JSON.stringify(node.span)}`,
        )
  })

/** Siblings in the order of the text, none inside another. */
const checkOrder = (root: Node): void =>
  walk(root, (node) => {
    if (node.kind === 'file') return
    const children = childrenOf(node).sort(
      (a, b) => a.span.start - b.span.start || a.span.end - b.span.end,
    )
    for (const [i, child] of children.entries()) {
      const next = children[i + 1]
      if (next !== undefined && next.span.start < child.span.end)
        throw new Error(`in ${node.kind}, ${child.kind} and ${next.kind} overlap`)
    }
  })

describe('any text', () => {
  it('is read without an exception, with spans inside the text and inside each other', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { ast } = parse(text)
        checkSpans(ast, text)
        checkOrder(ast)
      }),
      runs,
    )
  })

  it('has diagnostics in order, inside the text, each place and code once', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { diagnostics } = parse(text)
        const starts = diagnostics.map(({ span }) => span.start)
        expect(starts).toEqual([...starts].sort((a, b) => a - b))
        for (const { span, related, edits } of diagnostics) {
          const spans = [
            span,
            ...related.map((each) => each.span),
            ...edits.map((each) => each.span),
          ]
          expect(spans.filter((each) => !isInText(each, text))).toEqual([])
        }
        const keys = diagnostics.map(({ code, span }) => `${code} ${span.start} ${span.end}`)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      runs,
    )
  })

  it('has a damaged tree only where something was reported', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { ast, diagnostics } = parse(text)
        walk(ast, (node) => {
          const isBad = node.kind === 'missing' || ('damaged' in node && node.damaged)
          if (isBad && diagnostics.length === 0) throw new Error(`${node.kind} is bad in silence`)
        })
      }),
      runs,
    )
  })

  it('has no missing value in a statement that does not say so', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const check = (node: Node, isDamaged: boolean): void => {
          const damaged = 'damaged' in node ? node.damaged : isDamaged
          if (node.kind === 'missing' && !damaged) throw new Error('missing in silence')
          for (const child of childrenOf(node)) check(child, damaged)
        }
        check(parse(text).ast, false)
      }),
      runs,
    )
  })

  it('has diagnostics that can be shown, without a control character, and written as JSON', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { diagnostics } = parse(text)
        const shown = renderDiagnostics(diagnostics, { text, file: 'a.mlp' })
        expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
        expect(
          JSON.parse(JSON.stringify(toJson(diagnostics, { text, file: 'a.mlp' }))),
        ).toHaveLength(diagnostics.length)
      }),
      runs,
    )
  })

  it('is mended in a few rounds, as far as there are edits', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        let current = text
        for (let round = 0; round < 30; round++) {
          const next = applyFixes(current, parse(current).diagnostics)
          if (next === current) return
          current = next
        }
        throw new Error(`still changing: ${JSON.stringify(current)}`)
      }),
      runs,
    )
  })
})

describe('a program', () => {
  it('gives the same tree with Windows line breaks, comments between lines and blanks at the ends', () => {
    const shape = (node: Node): unknown => [
      node.kind,
      'text' in node
        ? node.text
        : 'value' in node && typeof node.value !== 'object'
          ? node.value
          : '',
      childrenOf(node)
        .filter(({ kind }) => kind !== 'comment')
        .map(shape),
    ]
    for (const program of programs) {
      const changed = `${program.replaceAll('\n', '  // why\r\n\r\n')}\t`
      expect(parse(changed).diagnostics).toEqual([])
      expect(shape(parse(changed).ast)).toEqual(shape(parse(program).ast))
    }
  })
})
