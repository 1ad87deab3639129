import { describe, expect, it } from 'vitest'
import { outcomeOfFiles } from '../support/files.ts'

const outcomeOf = (text: string, model?: string) =>
  outcomeOfFiles({ 'two.mlp': text }, model === undefined ? {} : { model })

const two = `seed 7
let w = 8
model small { dense 4 relu -> dense 2; train epochs=3 }
model large {
  let w = 16
  block cell { dense w relu }
  cell -> cell -> dense 2
  train epochs=9
}
`

describe('a file with several models', () => {
  it('resolves the one that is asked for, with what is written outside of all braces', async () => {
    const [small, large] = [await outcomeOf(two, 'small'), await outcomeOf(two, 'large')]
    expect(small.models).toEqual(['small', 'large'])
    expect(small.experiment?.fit).toMatchObject({ epochs: 3, seed: 7 })
    expect(large.experiment?.fit).toMatchObject({ epochs: 9, seed: 7 })
    expect(small.experiment?.graph.nodes).toHaveLength(2)
    expect(large.experiment?.graph.nodes).toHaveLength(3)
    expect(large.experiment?.name).toBe('large')
  })

  it('gives each model the graph that it has alone', async () => {
    const body = 'cell -> cell -> dense 2'
    const alone = await outcomeOf(`block cell { dense 16 relu }\n${body}`)
    const large = await outcomeOf(two, 'large')
    expect(JSON.stringify(large.experiment?.graph)).toBe(JSON.stringify(alone.experiment?.graph))
  })

  it('does not resolve without a choice, and says so alone', async () => {
    const { experiment, codes, shown } = await outcomeOf(two)
    expect(experiment).toBeUndefined()
    expect(codes).toEqual(['model-unclear'])
    expect(shown).toContain('this file holds 2 models: `small` and `large`')
    expect(shown).toContain('--model small')
  })

  it('calls pipelines outside of braces the model main', async () => {
    const text = 'dense 3 relu -> dense 1\nmodel other { dense 1 }\n'
    const { experiment, shown, models } = await outcomeOf(text, 'main')
    expect(shown).toBe('')
    expect(models).toEqual(['main', 'other'])
    expect(experiment?.graph.nodes).toHaveLength(2)
    const other = await outcomeOf(text, 'other')
    expect(other.experiment?.graph.nodes).toHaveLength(1)
  })

  it('says what is wrong inside the braces of the one that is asked for, and not of another', async () => {
    const text = 'model a { dense 1 }\nmodel b { dnese 1 }\n'
    expect((await outcomeOf(text, 'a')).codes).toEqual([])
    expect((await outcomeOf(text, 'b')).codes).toEqual(['unknown-layer'])
  })

  it.each([
    [
      'blocks',
      'model a { block c { relu }; c -> dense 1 }\nmodel b { c -> dense 1 }',
      'unknown-layer',
    ],
    ['constants', 'model a { let w = 3; dense w }\nmodel b { dense w }', 'unknown-constant'],
    ['names', 'model a { dense 1 as x }\nmodel b { @x -> dense 1 }', 'unknown-reference'],
  ])('keeps the %s of a model to itself', async (_, text, code) => {
    expect((await outcomeOf(text, 'b')).codes).toEqual([code])
  })

  it('says twice what is said both for all models and in one', async () => {
    const text = 'train epochs=3\nmodel a { dense 1; train epochs=4 }\nmodel b { dense 1 }'
    expect((await outcomeOf(text, 'a')).codes).toEqual(['declared-twice'])
    expect((await outcomeOf(text, 'b')).codes).toEqual([])
  })
})

describe('what is written for all models', () => {
  const shared = `input a 2
input b 3
data csv "d.csv" { features @a [x]; features @b [u, v]; target p on @one; target q on @two }
model one { @a -> dense 4 relu -> dense 1 as one }
model two { @b -> dense 4 relu -> dense 1 as two }
model both { [@a, @b] -> concat -> dense 1 as one }
loss mse on @one
loss mae on @two
metrics [mae] on @one
metrics [r2] on @two
`

  it.each([
    ['one', ['a'], 'mse', 'mae', ['q']],
    ['two', ['b'], 'mae', 'r2', ['p']],
    ['both', ['a', 'b'], 'mse', 'mae', ['q']],
  ])(
    'holds in %s where it speaks of its inputs and outputs',
    async (model, inputs, loss, metric, apart) => {
      const { experiment, shown } = await outcomeOf(shared, model)
      expect(shown).toBe('')
      expect(experiment?.graph.inputs.map(({ name }) => name)).toEqual(inputs)
      expect(experiment?.graph.heads.map((head) => head.loss?.name)).toEqual([loss])
      expect(experiment?.metrics.map((each) => each.metric.name)).toEqual([metric])
      expect(experiment?.data?.features.map(({ input }) => input)).toEqual(inputs)
      expect(experiment?.data?.apart).toEqual(apart)
    },
  )

  it('is wrong in all of them where it speaks of none', async () => {
    const text = `${shared}loss mse on @three\n`
    for (const model of ['one', 'two', 'both'])
      expect((await outcomeOf(text, model)).codes).toEqual(['unknown-reference'])
  })
})
