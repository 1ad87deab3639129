import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyFixes,
  type DataFacts,
  maxDiagnostics,
  parse,
  resolve,
  type Span,
  walk,
} from '../../src/index.ts'
import { growth } from '../support/growth.ts'
import { registry } from '../support/registry.ts'
import { factsOf, outcome } from '../support/resolving.ts'
import { texts } from '../support/texts.ts'

// fast-check prints the seed and the path of a failure, with which it is run again.
const runs = { numRuns: 400, seed: 20261123 }
const facts = fc.constantFrom<DataFacts | undefined>(
  undefined,
  factsOf('number'),
  factsOf('numbers'),
  factsOf('three'),
  factsOf('two', { hasValidation: false }),
  factsOf('truth', { inputs: [] }),
)

const isInText = ({ start, end }: Span, text: string): boolean =>
  Number.isInteger(start) && 0 <= start && start <= end && end <= text.length

describe('any text', () => {
  it('is resolved without an exception, with diagnostics in order and inside the text', () => {
    fc.assert(
      fc.property(texts, facts, fc.boolean(), (text, facts, requireShapes) => {
        const { diagnostics } = outcome(text, { facts, requireShapes })
        for (const { span, related, edits } of diagnostics) {
          const spans = [...related.map((each) => each.span), ...edits.map((each) => each.span)]
          expect([span, ...spans].filter((each) => !isInText(each, text))).toEqual([])
        }
      }),
      runs,
    )
  })

  it('has an experiment exactly where nothing is wrong', () => {
    fc.assert(
      fc.property(texts, facts, (text, facts) => {
        const parsed = parse(text)
        const { diagnostics, experiment, shown } = outcome(text, { facts })
        let damaged = false
        walk(parsed.ast, (node) => {
          if (node.kind === 'unreadable' || ('damaged' in node && node.damaged)) damaged = true
        })
        const own = diagnostics.slice().filter(({ severity }) => severity === 'error')
        if (own.length === 0 && !damaged) expect(experiment, shown).toBeDefined()
        if (damaged) expect(experiment).toBeUndefined()
      }),
      runs,
    )
  })

  it('gives an experiment whose graph holds together and whose settings say the same again', () => {
    let seen = 0
    fc.assert(
      fc.property(texts, (text) => {
        const { experiment, codes } = outcome(text)
        if (experiment === undefined || codes.length > 0) return
        seen++
        const { nodes, instances, heads, inputs } = experiment.graph
        const names = nodes.map(({ name }) => name)
        expect(new Set(names).size).toBe(names.length)
        const known = new Set(inputs.map(({ name }) => `@${name}`))
        for (const { name, inputs: from, instance } of nodes) {
          for (const ref of from)
            expect(known).toContain(
              ref !== undefined && 'input' in ref ? `@${ref.input}` : ref?.node,
            )
          expect(instances.some((each) => each.name === instance)).toBe(true)
          known.add(name)
        }
        expect(heads.length).toBeGreaterThan(0)
        expect(parse(experiment.settings.join('\n')).diagnostics).toEqual([])
      }),
      runs,
    )
    expect(seen).toBeGreaterThan(10)
  })

  it('can be mended, and what comes out is a text like any other', () => {
    fc.assert(
      fc.property(texts, facts, (text, facts) => {
        const mended = applyFixes(text, outcome(text, { facts }).diagnostics)
        expect(() => outcome(mended, { facts })).not.toThrow()
      }),
      runs,
    )
  })
})

describe('texts made to be hard', () => {
  const long = (make: (i: number) => string, count: number): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('\n')
  const doubled = (previous: string): string => `[${previous}, ${previous}]`

  const table: readonly [string, string][] = [
    ['a megabyte of arrows', '->'.repeat(500_000)],
    ['a megabyte of unknown layers', 'a->'.repeat(330_000)],
    ['10,000 nested brackets', `let a = ${'('.repeat(10_000)}1${')'.repeat(10_000)}\ndense a`],
    ['60 nested branches', `${'branch { '.repeat(60)}dense 1${' }'.repeat(60)}`],
    ['a sum of 50,000 terms', `let a = 1${' + 1'.repeat(50_000)}\ndense a`],
    ['50,000 arguments', `dense ${'8 '.repeat(50_000)}`],
    ['a list of 50,000 items', `dense [${'1, '.repeat(50_000)}1]`],
    ['8,000 constants of unknown ones', long((i) => `let a${i} = b${i}`, 8000)],
    ['8,000 unknown references', long((i) => `@b${i} -> dense 8 relu as a${i}`, 8000)],
    [
      '8,000 outputs and as many targets',
      long((i) => `dense 1 as h${i}\ntarget t on @x${i}`, 8000),
    ],
    ['8,000 seeds', 'seed 1\n'.repeat(8000)],
    ['8,000 features', `features [${long((i) => `a${i},`, 8000)} z]\ndense 1`],
    [
      '8,000 metrics of 1,000 outputs',
      `${long((i) => `dense 1 as h${i}`, 1000)}\nmetrics [${'mae, '.repeat(8000)}mae]`,
    ],
    [
      'lists that double',
      `let a0 = [1, 1]\n${long((i) => `let a${i + 1} = ${doubled(`a${i}`)}`, 60)}\ndense a60`,
    ],
  ]
  for (const [name, text] of table) {
    it(`are read in a moment: ${name}`, { timeout: 20_000 }, () => {
      const began = performance.now()
      const { diagnostics } = outcome(text, { facts: factsOf('number') })
      // Generous, for a machine that is busy with other tests; what grows faster than the text takes minutes.
      expect(performance.now() - began).toBeLessThan(15_000)
      // parse, dataRequest and resolve each keep so many, and say how many more there are.
      expect(diagnostics.length).toBeLessThanOrEqual(3 * (maxDiagnostics + 1))
    })
  }

  it('say that a list is too large', () => {
    const text = `let a0 = [1, 1]\n${long((i) => `let a${i + 1} = ${doubled(`a${i}`)}`, 12)}\ndense a12`
    expect(outcome(text).codes).toContain('value-too-large')
    const wide = `dense 1\noptimizer sgd schedule=step([${'1, '.repeat(1200)}1])`
    expect(outcome(wide).codes).toEqual(['value-too-large'])
  })

  it('say that there are too many layers', () => {
    const text = `dense 4 relu as x0\n${long((i) => `same @x${i} -> same @x${i} as x${i + 1}`, 60)}\n@x60 -> dense 1`
    expect(outcome(text).codes).toEqual(['too-many-layers'])
  })
})

describe('a chain of layers', () => {
  const chain = (layers: number): string => `${'dense 8 relu -> '.repeat(layers)}dense 1`

  function resolved(layers: number): () => void {
    const { ast } = parse(chain(layers))
    return () => {
      const { experiment } = resolve(ast, { registry, facts: factsOf('number') })
      expect(experiment?.shaped?.nodes).toHaveLength(layers + 1)
    }
  }

  it('is resolved in time that grows as the chain does', { timeout: 60_000 }, () => {
    // Four times as long; a quadratic step somewhere would make it sixteen.
    expect(growth(4, 6, resolved(2000), resolved(8000))).toBeLessThan(9)
  })
})
