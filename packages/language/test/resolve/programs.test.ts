import { describe, expect, it } from 'vitest'
import { experimentOf, outcome } from '../support/resolving.ts'
import { programs } from '../support/texts.ts'

/** What each program of the description names that is found from a file only; nothing where it resolves. */
const fromFiles: Readonly<Record<string, readonly string[]>> = {
  '01-one-line.mlp': [],
  '02-classifier.mlp': [],
  '03-schedule.mlp': [],
  '04-convolution.mlp': [],
  '05-residual.mlp': [],
  '06-branch.mlp': [],
  '07-two-heads.mlp': [],
  '08-plugins.mlp': ['"@acme/chainrule-plugin-attention"', '"chainrule-plugin-glu"'],
  '09-regularisation.mlp': [],
  '10-time-series.mlp': [],
}

describe('the ten programs', () => {
  it('are all here', () => {
    expect([...programs.keys()]).toEqual(Object.keys(fromFiles))
  })

  for (const [name, text] of programs) {
    it(`are resolved, or say what is found from a file only: ${name}`, () => {
      const { diagnostics, codes, experiment } = outcome(text)
      const expected = fromFiles[name] ?? []
      expect(codes).toEqual(expected.map(() => 'use-without-files'))
      expect(diagnostics.map(({ span }) => text.slice(span.start, span.end))).toEqual(expected)
      expect(experiment === undefined).toBe(expected.length > 0)
    })
  }

  it('mean what they say', () => {
    const { graph, optimizer } = experimentOf(programs.get('03-schedule.mlp') ?? '')
    expect(graph.instances.map(({ config }) => config['units'])).toEqual([64, 32, 1])
    expect(graph.heads[0]?.loss).toMatchObject({ name: 'huber', config: { delta: 1.5 } })
    expect(optimizer.common).toMatchObject({
      ...{ lr: 3e-4, decay: 1e-2, clip: 1 },
      schedule: { name: 'cosine', config: { warmup: 500, total: 10_000, floor: 1e-6 } },
    })
  })
})
