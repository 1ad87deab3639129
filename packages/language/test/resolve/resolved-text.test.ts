import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Experiment, format, meaningOf, parse, resolvedText, walk } from '../../src/index.ts'
import { outcomeOfFiles } from '../support/files.ts'
import { generatedTexts } from '../support/generated.ts'
import { wideRegistry as registry } from '../support/registry.ts'
import { programs } from '../support/texts.ts'

const folder = new URL('../../../../examples/', import.meta.url)
const examples: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.mlp'))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)

/** A text, which of its models, and whatever files there are beside it. */
interface Given {
  readonly text: string
  readonly model?: string | undefined
  readonly beside?: Readonly<Record<string, string>>
}

const outcomeOf = ({ text, model, beside = {} }: Given) =>
  outcomeOfFiles({ 'file.mlp': text, ...beside }, model === undefined ? {} : { model })

const resolved = (text: string, experiment: Experiment): string =>
  resolvedText(text, parse(text).ast, experiment, { registry })

/** Everything that holds of a text with its defaults filled in. */
async function holds(given: Given): Promise<string> {
  const { experiment, shown } = await outcomeOf(given)
  if (experiment === undefined) throw new Error(`${given.text}\n${shown}`)
  const whole = resolved(given.text, experiment)
  const again = await outcomeOf({ ...given, text: whole })
  if (again.experiment === undefined) throw new Error(`${whole}\n${again.shown}`)
  expect(meaningOf(again.experiment)).toBe(meaningOf(experiment))
  expect(format(whole)).toBe(whole)
  expect(resolved(whole, again.experiment)).toBe(whole)
  const ofData = given.text.includes('data text') ? 'window' : 'scale'
  for (const word of ['split', ofData, 'optimizer', 'train', 'seed', 'stop'])
    expect(whole).toMatch(new RegExp(`\\b${word} `))
  expect(leftOut(whole, again.experiment)).toEqual([])
  return whole
}

/** Arguments of layers that have a default and are not written, in all that is about the chosen model. */
function leftOut(text: string, { foreign }: Experiment): string[] {
  const found: string[] = []
  const constants = new Set<unknown>()
  walk(parse(text).ast, (node) => {
    if (node.kind === 'let') constants.add(node.name.text)
    if (node.kind !== 'layer' || node.qualifier !== undefined) return
    if (foreign.some(({ start, end }) => start <= node.span.start && node.span.end <= end)) return
    const layer = registry.find('layer', node.name.text)
    if (layer === undefined) return
    const positional = node.arguments.filter(({ name }) => name === undefined).length
    const written = new Set([
      ...Object.keys(layer.arguments).slice(0, positional),
      ...node.arguments.map(({ name }) => name?.text),
    ])
    // A default that is called like a constant cannot be written.
    for (const [name, field] of Object.entries({ ...layer.arguments, ...layer.options }))
      if (field.default !== undefined && !constants.has(field.default) && !written.has(name))
        found.push(`${layer.name} ${name}`)
  })
  return found
}

describe('a text with its defaults filled in', () => {
  const chosen = (name: string): string | undefined =>
    name === 'depth.mlp' ? 'straight' : undefined
  const files = Object.entries(examples).filter(([name]) => name !== 'depth-blocks.mlp')

  it.each(files)('means the same: the example %s', async (name, text) => {
    await holds({ text, model: chosen(name), beside: examples })
  })

  it('means the same: the programs of the description that this version trains', async () => {
    let tried = 0
    for (const [, text] of programs) {
      if ((await outcomeOf({ text })).experiment === undefined) continue
      tried++
      await holds({ text })
    }
    expect(tried).toBeGreaterThanOrEqual(3)
  })

  it('means the same: any text that resolves', async () => {
    let [tried, refused] = [0, 0]
    await fc.assert(
      fc.asyncProperty(generatedTexts, async (given) => {
        if ((await outcomeOf(given)).experiment === undefined) refused++
        else {
          tried++
          await holds(given)
        }
      }),
      { numRuns: 300, seed: 20261128 },
    )
    expect(tried).toBeGreaterThan(10 * refused)
  })

  it.each([
    [
      'a positional default',
      'dense 1',
      'dense 1 activation=linear bias=true weights=glorot-uniform',
    ],
    ['a plugin among the arguments', 'dense 1 leaky-relu', 'dense 1 leaky-relu(slope=0.01) bias'],
    [
      'a plugin that is called',
      'dense 1 relu weights=uniform(high=0.5)',
      'weights=uniform(high=0.5, low=-0.05)',
    ],
    ['an activation as a layer', 'elu -> dense 1', 'elu alpha=1 ->'],
    [
      'what `init` gives',
      'init he-normal\ndense 1',
      'dense 1 activation=linear bias=true weights=he-normal',
    ],
    ['the defaults of `init`', 'init uniform\ndense 1', 'init uniform(low=-0.05, high=0.05)'],
    [
      'the kind of a table',
      'data csv "a.csv" { target y }\ndense 1',
      'data csv "a.csv" header=true {',
    ],
  ])('writes %s', async (_, text, expected) => {
    expect((await holds({ text })).replaceAll(/\n +/g, ' ')).toContain(expected)
  })

  it('leaves a constant what it is, also where a plugin is called so', async () => {
    const whole = await holds({ text: 'let elu = tanh\ndense 4 elu -> dense 1' })
    expect(whole).toContain('dense 4 elu bias=true')
  })

  it.each([
    ['a loss', 'let mse = 2\ndense mse tanh -> dense 1', 'loss mse'],
    ['an activation', 'let linear = 2\ndense linear tanh -> dense 1', 'activation=linear'],
    ['an input', 'dense 4 tanh as input -> dense 1', 'input input'],
  ])(
    'leaves out what is called as %s is, for it would be read as something else',
    async (_, model, name) => {
      const whole = await holds({ text: `data csv "a.csv" { target y }\n${model}` })
      expect(whole).not.toContain(name)
    },
  )

  it('writes into the braces of one of several models', async () => {
    const text = 'model a { dense 1 }\nmodel b { dense 2; train epochs=3 }\nseed 4\n'
    const whole = await holds({ text, model: 'b' })
    expect(whole).toMatch(/^model a \{ dense 1 \}\nmodel b \{\n {2}dense 2 activation/)
    expect(whole).toContain('\n  scale standard\n')
    expect(whole).toMatch(/\n\}\nseed 4\n$/)
  })

  it('gives pipelines outside of braces some, where there are other models', async () => {
    const text = '/// Bare.\ndense 1\nmodel b { dense 2; train epochs=3 }\n'
    const whole = await holds({ text, model: 'main' })
    expect(whole).toMatch(
      /^model b \{ dense 2.*\}\n\nmodel main \{\n {2}\/\/\/ Bare\.\n {2}dense 1 act/,
    )
    expect((await outcomeOf({ text: whole, model: 'b' })).shown).toBe('')
  })

  it('quotes a column whose name is a reserved word, which could not be read otherwise', async () => {
    const text = 'data csv "a.csv" { target y; split stratify="on" }\ndense 1'
    expect(await holds({ text })).toContain('stratify="on"')
  })
})
