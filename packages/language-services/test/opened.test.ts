/** What an editor shows of a text is what comes of it when it is opened. */
import { readdirSync, readFileSync } from 'node:fs'
import { defineLayer, formatShape, positiveInteger } from '@chainrule/core'
import { folderSource } from '@chainrule/data/node'
import { manifestOf, type PluginSource, standIn } from '@chainrule/plugins'
import {
  builtInRegistry,
  knownGenerators,
  knownOfData,
  knownOfPlugins,
  type Opened,
  open,
} from 'chainrule/workbench'
import { describe, expect, test } from 'vitest'
import {
  analyse,
  completions,
  hover,
  hoverMarkdown,
  inlayHints,
  type ServiceContext,
} from '../src/index.ts'

const folder = new URL('../../../examples/', import.meta.url).pathname
const source = folderSource(folder, { allowPaths: [] })
const textOf = (path: string): string => readFileSync(`${folder}${path}`, 'utf8')

const contextOf = (opened: Opened): ServiceContext => ({
  ...knownOfPlugins(opened, builtInRegistry()),
  ...(opened.data === undefined ? {} : knownOfData(opened.data)),
  ...{ generators: knownGenerators, textOf },
})

/** Those with data of their own, or made up. */
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.mlp') && !/npm:|depth-blocks/.test(name + textOf(name)))
  .sort()

describe('shapes and parameters in the editor are those of the model', () => {
  test.each(examples)('of %s', async (name) => {
    const text = textOf(name)
    const first = await open(text, { file: name, registry: builtInRegistry(), source })
    const [model] = first.models
    const asked = first.models.length > 1 && model !== undefined ? { model } : {}
    const opened = await open(text, { file: name, registry: builtInRegistry(), source, ...asked })
    const { shaped } = opened.experiment ?? {}
    if (shaped === undefined) throw new Error(JSON.stringify(opened.diagnostics))
    const analysis = analyse(text, contextOf(opened))
    const ends = inlayHints(analysis).filter(({ at }) => at === 'output')
    for (const { from } of shaped.graph.heads)
      expect(ends.map(({ label }) => label)).toContain(formatShape(shaped.shapeOf(from)))
    // All stages outside of braces that stand for others are read once, so that their parameters add up to the model's.
    const counted = analysis.observed.stages
      .filter(({ stage }) => stage.kind === 'layer' || stage.kind === 'residual')
      .filter(({ instances }) => instances.length === 1)
    const sizes = new Map(
      counted.flatMap(({ parameters = [] }) =>
        parameters.map((each) => [`${each.instance}.${each.name}`, each.shape.join('x')] as const),
      ),
    )
    const kept = shaped.instances.flatMap(({ instance, parameters }) =>
      Object.entries(parameters).map(
        ([parameter, { shape }]) => [`${instance.name}.${parameter}`, shape.join('x')] as const,
      ),
    )
    expect(Object.fromEntries(sizes)).toEqual(Object.fromEntries(kept))
  })
})

describe('of a plugin that is known by its manifest', () => {
  const never = (): never => {
    throw new Error('the code of a plugin was run')
  }
  const gate = defineLayer({
    name: 'gate',
    summary: 'Half of it decides about the other half.',
    arguments: { units: positiveInteger() },
    options: { heads: positiveInteger({ default: 4 }) },
    shape: ({ units }, [h]) => [...h.slice(0, -1), units],
    forward: never,
  })
  const [description] = manifestOf([gate]).plugins
  if (description === undefined) throw new Error('a manifest without plugins')
  const plugins: PluginSource = {
    find: async () => ({ plugins: [standIn(description)], described: true }),
  }
  const text = 'use "chainrule-plugin-gate" as g\ninput x 6\n@x -> g.gate 8 -> dense 2\n'
  const context = async (): Promise<ServiceContext> => {
    const opened = await open(text, { registry: builtInRegistry(), plugins })
    expect(opened.diagnostics).toEqual([])
    const known = contextOf(opened)
    expect(known.plugins).toEqual(new Set(['chainrule-plugin-gate']))
    expect(known.described).toEqual(new Set(['g.gate']))
    return known
  }

  test('layers, arguments and shapes are known, and nothing of it is run', async () => {
    const analysis = analyse(text, await context())
    const box = hover(analysis, text.indexOf('gate 8'))
    expect(box && hoverMarkdown(box)).toBe(
      '```mlp\ng.gate units heads=4\n```\n\nHalf of it decides about the other half.\n\ninput: `[B, 6]`  \noutput: `[B, 8]`',
    )
    expect(inlayHints(analysis).map(({ label }) => label)).toEqual(['[B, 6]', '[B, 8]', '[B, 2]'])
  })

  test('what it gives is offered under its prefix', async () => {
    const labelsAt = async (marked: string): Promise<string[]> => {
      const offset = marked.indexOf('‸')
      const analysis = analyse(marked.replace('‸', ''), await context())
      return completions(analysis, offset).map(({ label }) => label)
    }
    const used = 'use "chainrule-plugin-gate" as g\n'
    expect(await labelsAt(`${used}dense 3 -> g.‸`)).toContain('g.gate')
    expect(await labelsAt(`${used}g.gate 8 ‸`)).toEqual(expect.arrayContaining(['heads', 'l2']))
  })
})
