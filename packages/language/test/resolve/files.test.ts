import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toJson } from '../../src/index.ts'
import { outcomeOfFiles } from '../support/files.ts'
import { texts } from '../support/texts.ts'

const cell = 'block cell(w, rate = 10%) { dense w relu -> dropout rate }\n'

/** The instances of a graph with what they were given, and what they read. */
async function graphOf(files: Readonly<Record<string, string>>): Promise<string> {
  const { experiment, shown } = await outcomeOfFiles(files)
  if (experiment === undefined) throw new Error(shown)
  return JSON.stringify(experiment.graph)
}

describe('a text that uses a file', () => {
  const alone = { 'main.mlp': `${cell}dense 4 relu -> repeat 2 { cell 8 } -> dense 1` }

  it.each([
    ['all blocks', 'use "./b.mlp"\n', 'cell'],
    ['some blocks', 'use "./b.mlp" only [cell]\n', 'cell'],
    ['blocks under a prefix', 'use "./b.mlp" as b\n', 'b.cell'],
    ['some blocks under a prefix', 'use "./b.mlp" as b only [cell]\n', 'b.cell'],
    ['blocks of a path without a dot', 'use "b.mlp"\n', 'cell'],
  ])('gives the same graph by %s as with the block in itself', async (_, use, name) => {
    const main = `${use}dense 4 relu -> repeat 2 { ${name} 8 } -> dense 1`
    expect(await graphOf({ 'main.mlp': main, 'b.mlp': cell })).toBe(await graphOf(alone))
  })

  it('reads constants where the block stands, not where it is named', async () => {
    const main = 'use "./b.mlp"\nlet w = 3\ncell -> dense w'
    const used = 'let w = 2 * 4\nblock cell(v = w / 2) { dense w relu -> dense v relu }'
    const inline = 'block cell { dense 8 relu -> dense 4 relu }\ncell -> dense 3'
    expect(await graphOf({ 'main.mlp': main, 'b.mlp': used })).toBe(
      await graphOf({ 'main.mlp': inline }),
    )
  })

  it('takes blocks that are made of blocks of their own file and of files that it uses', async () => {
    const files = {
      'main.mlp': 'use "./lib/b.mlp"\nouter -> dense 1',
      'lib/b.mlp':
        'use "../c.mlp" as c\nblock inner { dense 8 relu }\nblock outer { inner -> c.inner }',
      'c.mlp': 'block inner { dense 4 tanh }',
    }
    const inline =
      'block two { dense 4 tanh }\nblock one { dense 8 relu }\nblock outer { one -> two }\nouter -> dense 1'
    const names = (graph: string) => graph.replaceAll(/(inner|one|two)(1|2)/g, 'block')
    const [a, b] = [await graphOf(files), await graphOf({ 'main.mlp': inline })]
    expect(names(a)).toBe(names(b))
  })

  it('leaves the models and directives of the other file to itself', async () => {
    const other = `${cell}seed 9\nlos mse\ndata csv "x.csv" { target y }\nmodel m { wobble }\n`
    const { experiment, shown } = await outcomeOfFiles({
      'main.mlp': 'use "./b.mlp"\ncell 8 -> dense 1',
      'b.mlp': other,
    })
    expect(shown).toBe('')
    expect(experiment?.fit.seed).not.toBe(9)
    expect(experiment?.data).toBeUndefined()
  })

  it('does not pass on what the other file uses', async () => {
    const { codes } = await outcomeOfFiles({
      'main.mlp': 'use "./b.mlp"\nouter -> cell 2 -> dense 1',
      'b.mlp': 'use "./c.mlp"\nblock outer { cell 8 }',
      'c.mlp': cell,
    })
    expect(codes).toEqual(['unknown-layer'])
  })

  it('reads a file once, by whatever ways it is used', async () => {
    const { texts, shown } = await outcomeOfFiles({
      'main.mlp': 'use "./b.mlp"\nuse "./c.mlp"\nb -> c -> dense 1',
      'b.mlp': 'use "./d/../d.mlp"\nblock b { cell 2 }',
      'c.mlp': 'use "./d.mlp"\nblock c { cell 3 }',
      'd.mlp': cell,
    })
    expect(shown).toBe('')
    expect(texts.others?.map(({ file }) => file)).toEqual(['b.mlp', 'd.mlp', 'c.mlp'])
  })
})

describe('what is wrong with a used file', () => {
  const codesOf = async (main: string, files: Readonly<Record<string, string>>) =>
    (await outcomeOfFiles({ 'main.mlp': main, ...files })).codes.join(' ')

  it.each<[codes: string, main: string, files: Readonly<Record<string, string>>]>([
    ['unknown-block', 'use "./b.mlp" only [cel]\ncel 8 -> dense 1', { 'b.mlp': cell }],
    ['unknown-block', 'use "./b.mlp" as b only [cel]\nb.cel 8 -> dense 1', { 'b.mlp': cell }],
    ['unknown-block', 'use "./b.mlp"\ncell 8 -> dense 1', { 'b.mlp': 'dense 1' }],
    ['argument-type', 'use "./b.mlp" only [cell, 3]\ncell 8 -> dense 1', { 'b.mlp': cell }],
    ['declared-twice', 'use "./b.mlp" only [cell, cell]\ncell 8 -> dense 1', { 'b.mlp': cell }],
    ['argument-unknown', 'use "./b.mlp" version="1"\ncell 8 -> dense 1', { 'b.mlp': cell }],
    ['unknown-layer', 'use "./b.mlp" as b\nb.cel 8 -> dense 1', { 'b.mlp': cell }],
    ['unknown-layer', 'use "./b.mlp" as b\ncell 8 -> dense 1', { 'b.mlp': cell }],
    ['unused-block', 'use "./b.mlp"\ndense 1', { 'b.mlp': cell }],
    [
      'unused-block',
      'use "./b.mlp" only [cell, gate]\ngate -> dense 1',
      { 'b.mlp': `${cell}block gate { relu }` },
    ],
    ['declared-twice', `use "./b.mlp"\n${cell}cell 8 -> dense 1`, { 'b.mlp': cell }],
    ['declared-twice', `${cell}use "./b.mlp"\ncell 8 -> dense 1`, { 'b.mlp': cell }],
    [
      'declared-twice',
      'use "./b.mlp"\nuse "./c.mlp"\ncell 8 -> dense 1',
      { 'b.mlp': cell, 'c.mlp': cell },
    ],
    [
      'declared-twice',
      'use "./b.mlp" as x\nuse "./c.mlp" as x\nx.cell 8 -> x.gate -> dense 1',
      { 'b.mlp': cell, 'c.mlp': 'block gate { relu }' },
    ],
    ['block-recursion', 'use "./b.mlp"\na -> dense 1', { 'b.mlp': 'block a { b }\nblock b { a }' }],
    ['use-cycle', 'use "./main.mlp"\ndense 1', {}],
    [
      'use-cycle',
      'use "./b.mlp"\ncell 8 -> dense 1',
      { 'b.mlp': `use "./main.mlp"\n${cell}`, 'main.mlp': 'use "./b.mlp"\ncell 8 -> dense 1' },
    ],
    ['unknown-edition', 'use "./b.mlp"\ncell 8 -> dense 1', { 'b.mlp': `mlp 2\n${cell}` }],
    ['foreign-arrow', 'use "./b.mlp"\nc -> dense 1', { 'b.mlp': 'block c { relu => relu }' }],
    ['unknown-layer', 'use "./b.mlp"\nc -> c -> dense 1', { 'b.mlp': 'block c { rleu }' }],
    ['unknown-constant', 'use "./b.mlp"\nc -> dense 1', { 'b.mlp': 'block c { dense v relu }' }],
    [
      'use-without-files',
      'use "./b.mlp"\nc -> dense 1',
      { 'b.mlp': 'use "x-plugin" as x\nblock c { x.y }' },
    ],
    ['', 'use "./no.mlp" as n\nn.c -> dense 1', {}],
  ])('is %s of: %s', async (codes, main, files) => {
    expect(await codesOf(main, files)).toBe(codes)
  })

  it('is shown at its own file, line and column', async () => {
    const files = { 'main.mlp': 'use "./b.mlp"\nc -> dense 1', 'b.mlp': '\nblock c { rleu }' }
    const { shown, texts, diagnostics } = await outcomeOfFiles(files)
    expect(shown).toMatch(
      /^error\[unknown-layer\]: unknown layer `rleu`\n --> b.mlp:2:11\n2 \| block/,
    )
    const [record] = toJson(diagnostics, texts)
    expect(record?.file).toBe('b.mlp')
    expect(record?.start).toEqual({ line: 2, column: 11, offset: 11 })
  })

  it('shows places in two files', async () => {
    const { shown } = await outcomeOfFiles({
      'main.mlp': 'use "./b.mlp"\ninput x 3\n@x -> c -> dense 1',
      'b.mlp': 'block c { halve }',
    })
    expect(shown).toMatch(
      /^error\[shape-mismatch\].*\n --> b\.mlp:1:11\n1 \| block c \{ halve \}\n.*\n ::: main\.mlp:2:7\n2 \| input x 3\n/,
    )
  })

  it('ends with a hundred files, also where links lead to ever new paths', async () => {
    const text = `use "./d/main.mlp"\n${cell}cell 1 -> dense 1`
    const { codes, texts } = await outcomeOfFiles({ 'main.mlp': text }, { others: () => text })
    expect(codes).toContain('use-cycle')
    expect(texts.others).toHaveLength(100)
  })

  it('is told of any text without an exception', async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, async (main, used) => {
        const { diagnostics, texts: shown } = await outcomeOfFiles({
          'main.mlp': `use "./b.mlp"\n${main}`,
          'b.mlp': `${used}\nblock cell { relu }`,
        })
        const last = shown.others?.at(-1)
        const end = last === undefined ? shown.text.length : last.start + last.text.length
        for (const { span } of diagnostics) expect(span.end).toBeLessThanOrEqual(end)
      }),
      { numRuns: 150, seed: 20261128 },
    )
  })
})
