/** `chainrule summary FILE|MODEL`: layers, shapes, parameters and memory. */
import { modelParameters, type ShapedGraph } from '@chainrule/core'
import type { Series } from '@chainrule/data'
import { printable } from '@chainrule/language'
import { formatShape, sizeOf } from '@chainrule/program'
import { builtInRegistry } from '../batteries.ts'
import { defaultEngine } from '../engines.ts'
import { readNamedFile } from '../files.ts'
import { memoryOf } from '../memory.ts'
import { readModel } from '../model-file.ts'
import { bytes, count } from '../quantities.ts'
import { looksLikeSafetensors } from '../safetensors.ts'
import { plannedBytes } from '../training.ts'
import { type Console, styled, table } from './console.ts'
import { exits } from './exits.ts'
import { type PluginOptions, pluginsFor } from './plugins.ts'
import { acceptable, openFile, type SourceOptions } from './source.ts'
import { tiedText } from './tied-text.ts'

export async function summary(
  console: Console,
  path: string,
  options: SourceOptions & PluginOptions,
): Promise<number> {
  if (looksLikeSafetensors(readNamedFile(path))) return summariseModel(console, path)
  const plugins = pluginsFor(path, options, console)
  const opened = await openFile(path, builtInRegistry(), options, {
    requireShapes: true,
    plugins,
    runs: true,
  })
  if (!acceptable(console, opened, 'text')) return exits.mistake
  const { experiment } = opened
  if (experiment?.shaped === undefined) throw new Error('internal: a summary needs the shapes')
  const { shaped, optimizer, fit, doc, docs } = experiment
  if (doc !== undefined) console.out(`${doc.split('\n').map(printable).join('\n')}\n\n`)
  console.out(layerTable(shaped, docs))
  const { parameters, weights, activations, total } = memoryOf(shaped, {
    batch: fit.batch,
    optimizer,
  })
  const frozen = frozenIn(shaped)
  const which = frozen === 0 ? '' : `, ${count(frozen)} of them frozen`
  console.out(`\n${count(parameters)} parameters${which}\n`)
  console.out(penaltyLines(shaped))
  console.out(
    `memory to train, batch ${fit.batch}: ${bytes(total)} (weights, gradients, ${optimizer.name}: ${bytes(weights)}; activations: ${bytes(activations)})\n`,
  )
  if (total < 0x4000_0000) {
    const engine = defaultEngine
    const isTrained = shaped.graph.heads.some(({ loss }) => loss !== undefined)
    const planned = bytes(await plannedBytes(experiment, engine))
    console.out(
      styled(
        console,
        'dim',
        `planned by the ${engine.name} engine to ${isTrained ? 'train' : 'predict'}: ${planned}, to which the data is added\n`,
      ),
    )
  }
  return exits.success
}

/** Numbers that training leaves as they are. */
function frozenIn(shaped: ShapedGraph): number {
  return modelParameters(shaped)
    .filter(({ trainable }) => !trainable)
    .reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0)
}

/** Parameters that are named for a penalty; of more the first. */
const namedForPenalty = 6

/** What is added to the loss for which parameters, a line for each λ. */
function penaltyLines(shaped: ShapedGraph): string {
  const of = new Map<string, string[]>()
  for (const { name, l1, l2 } of modelParameters(shaped)) {
    for (const term of [...(l1 === 0 ? [] : [`${l1} Σ|w|`]), ...(l2 === 0 ? [] : [`${l2} Σw²`])])
      of.set(term, [...(of.get(term) ?? []), name])
  }
  return [...of]
    .map(([term, names]) => {
      const shown = names.slice(0, namedForPenalty).join(', ')
      const more = names.length - namedForPenalty
      return `added to the loss: ${term} of ${shown}${more > 0 ? ` and ${more} more` : ''}\n`
    })
    .join('')
}

function layerTable(shaped: ShapedGraph, docs: ReadonlyMap<string, string>): string {
  const perInstance = new Map<string, number>()
  for (const { instance, spec } of modelParameters(shaped)) {
    perInstance.set(instance, (perInstance.get(instance) ?? 0) + sizeOf(spec.shape))
  }
  const byName = new Map(shaped.instances.map((each) => [each.instance.name, each]))
  const seen = new Set<string>()
  const rows = shaped.nodes.map(({ node, instance, outputShapes }) => {
    const again = seen.has(instance.name)
    seen.add(instance.name)
    const { activation } = instance.config as { activation?: { name: string } }
    const kind =
      activation === undefined || activation.name === 'linear'
        ? instance.layer.name
        : `${instance.layer.name} ${activation.name}`
    const shape = formatShape(outputShapes['h'] ?? [])
    const own = again ? 'shared' : count(perInstance.get(instance.name) ?? 0)
    const isFrozen = instance.freeze === true && own !== '0'
    const notes = [...(isFrozen ? ['frozen'] : []), tiedText(byName.get(instance.name))]
    const noted = notes.filter((note) => note !== '').join('; ')
    return [node.name, kind, shape, own, ...(noted === '' ? [] : [noted])]
  })
  const inputs = shaped.graph.inputs.map(({ name, shape }) => [
    `@${name}`,
    'input',
    `[B, ${shape.join(', ')}]`,
    '0',
  ])
  const all = [['name', 'layer', 'shape', 'parameters'], ...inputs, ...rows]
  if (docs.size === 0) return table(all, new Set([3]))
  const about = (name = ''): string => printable(docs.get(name)?.replaceAll('\n', ' ') ?? '')
  const documented = all.map(([name = '', kind = '', shape = '', own = '', note = '']) => {
    const said = [note, about(name)].filter((text) => text !== '').join('; ')
    return [name, kind, shape, own, said]
  })
  return table(documented, new Set([3]))
}

/** `; windows of 48 rows in the order of timestamp` */
function windowsText({ time, window, group }: Series): string {
  const rows = window === undefined ? 'rows' : `windows of ${window} rows`
  return `; ${rows} in the order of ${time}${group === undefined ? '' : `, for each ${group}`}`
}

function summariseModel(console: Console, path: string): number {
  const { source, model, states, heads, metrics, preprocessing } = readModel(
    readNamedFile(path),
    path,
  )
  const rows = Object.entries(states).map(([name, { shape, values }]) => [
    name,
    `[${shape.join(', ')}]`,
    count(values.length),
  ])
  console.out(table([['state', 'shape', 'numbers'], ...rows], new Set([2])))
  const columns = preprocessing?.inputs.flatMap((input) =>
    input.kind === 'columns'
      ? input.columns.map(({ column }) => column)
      : [input.kind === 'images' ? 'images' : `text in windows of ${input.window}`],
  )
  const windows = preprocessing?.series === undefined ? '' : windowsText(preprocessing.series)
  console.out(`\ntakes: ${columns?.join(', ') ?? 'tensors'}${windows}\n`)
  console.out(
    `gives: ${heads.map(({ name, kind }) => `${name} (${kind})`).join(', ')}; measures: ${metrics.map(({ name }) => name).join(', ') || 'the loss'}\n`,
  )
  console.out(
    `\ntrained from${model === undefined ? '' : ` the model \`${model}\` of`}:\n${source.trimEnd().replace(/^/gm, '  ')}\n`,
  )
  return exits.success
}
