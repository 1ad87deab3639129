/** `chainrule show FILE`: what stands at each arrow on the way from text to program. */
import {
  ChainruleError,
  type LayerGraph,
  refKey,
  type ShapedGraph,
  trainingProgram,
} from '@chainrule/core'
import { generatorDefaults } from '@chainrule/data'
import { meaningOf, parse, resolvedBlocks, resolvedText } from '@chainrule/language'
import type { PluginSource } from '@chainrule/plugins'
import { formatShape, printProgram } from '@chainrule/program'
import { builtInRegistry } from '../batteries.ts'
import type { Opened } from '../open.ts'
import { readColumns } from '../read-columns.ts'
import { type Console, table } from './console.ts'
import { exits } from './exits.ts'
import { type PluginOptions, pluginsFor } from './plugins.ts'
import { acceptable, openFile, openFirst, openText, type SourceOptions } from './source.ts'
import { tiedText } from './tied-text.ts'

export interface ShowOptions extends SourceOptions, PluginOptions {
  readonly stage?: string
  readonly resolved?: boolean
}

export async function show(console: Console, path: string, options: ShowOptions): Promise<number> {
  const requireShapes = options.stage === 'program'
  const plugins = pluginsFor(path, options, console)
  const opened =
    options.stage === 'ast'
      ? await openFirst(path, builtInRegistry(), options)
      : await openFile(path, builtInRegistry(), options, {
          ...{ requireShapes, plugins, runs: true },
          requireModel: options.resolved !== true,
        })
  if (!acceptable(console, opened, 'text')) return exits.mistake
  if (options.resolved === true) console.out(await resolved(opened, options, plugins))
  else console.out(stageText(opened, options.stage))
  return exits.success
}

/** The text with every default filled in; it is printed only where it means the same. */
async function resolved(
  opened: Opened,
  options: SourceOptions,
  plugins: PluginSource,
): Promise<string> {
  const { text, file, ast, experiment, registry, request, data } = opened
  if (experiment === undefined) return resolvedBlocks(text, ast, registry)
  const columns = readColumns(request, data)
  const whole = resolvedText(text, ast, experiment, {
    registry,
    generatorDefaults,
    ...(columns === undefined ? {} : { columns }),
  })
  const again = await openText(parse(whole, { file }), builtInRegistry(), options, {
    plugins,
    runs: true,
  })
  if (fullMeaning(again) !== fullMeaning(opened)) {
    throw new ChainruleError('resolved-differs', `the defaults of ${file} cannot be filled in`, {
      help: '`chainrule show` without `--resolved` lists its settings',
    })
  }
  return whole
}

/** Graph, settings, and how the data are read. */
function fullMeaning({ experiment, data }: Opened): string | undefined {
  if (experiment === undefined) return undefined
  // Two classes are guessed to be yes or no; a loss that is written out says which, and the graph has it.
  const targets = data?.preprocessing.targets.map((target) =>
    target.kind === 'binary' ? { ...target, kind: 'class' } : target,
  )
  return `${meaningOf(experiment)} ${JSON.stringify({ ...data?.preprocessing, targets })}`
}

function stageText({ ast, experiment }: Opened, stage: string | undefined): string {
  if (stage === 'ast') return `${JSON.stringify(ast, null, 2)}\n`
  if (experiment === undefined) return ''
  const { graph, shaped, optimizer, metrics, fit } = experiment
  if (stage === 'graph') return graphText(graph, shaped)
  if (stage !== 'program') return experiment.settings.map((setting) => `${setting}\n`).join('')
  if (shaped === undefined) throw new Error('internal: a program needs the shapes')
  return printProgram(trainingProgram(shaped, { maxBatch: fit.batch, optimizer, metrics }))
}

/** What follows from data that no one has named yet. */
const unknown = '?'

function graphText(
  { inputs, nodes, instances, heads }: LayerGraph,
  shaped: ShapedGraph | undefined,
): string {
  const layers = new Map(instances.map((instance) => [instance.name, instance.layer.name]))
  const byName = new Map(shaped?.instances.map((each) => [each.instance.name, each]))
  const shapes = new Map(
    shaped?.nodes.map(({ node, outputShapes }) => [node.name, outputShapes['h']]),
  )
  const shapeOf = (name: string): string => {
    const shape = shapes.get(name)
    return shape === undefined ? unknown : formatShape(shape)
  }
  const rows = [
    ...inputs.map(({ name, shape, dtype }) => [
      `@${name}`,
      'input',
      `${dtype}[B, ${shape.length === 0 ? unknown : shape.join(', ')}]`,
      '',
    ]),
    ...nodes.map(({ name, instance, inputs: from }) => {
      const read = from.flatMap((ref) => (ref === undefined ? [] : [refKey(ref)]))
      const tied = tiedText(byName.get(instance))
      const row = [name, layers.get(instance) ?? '', shapeOf(name), `<- ${read.join(', ')}`]
      return tied === '' ? row : [...row, tied]
    }),
    ...heads.map(({ name, from, loss }) => [
      `@${name}`,
      'head',
      loss?.name ?? 'no loss',
      `<- ${refKey(from)}`,
    ]),
  ]
  return table(rows)
}
