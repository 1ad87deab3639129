import type { Config, LayerGraph } from '@chainrule/core'
import type { DataRequest, Experiment, SplitRequest, TimeRange } from '../experiment.ts'
import { nameText } from '../word.ts'
import type { WrittenPenalty } from './regularise.ts'
import { defaultSplit, validates } from './split.ts'

type Described = Pick<Experiment, 'graph' | 'data' | 'optimizer' | 'metrics' | 'fit'> & {
  /** As it is written, its defaults filled in. */
  readonly init: string | undefined
  readonly penalties: readonly WrittenPenalty[]
}

/** What holds for an experiment, a statement of the language each. */
export function describeSettings(described: Described): string[] {
  const { graph, data, optimizer, fit, init, penalties } = described
  const { epochs, batch, shuffle, accumulate, seed } = fit
  return [
    ...graph.inputs.flatMap(({ name, shape, dtype }) =>
      shape.length === 0 ? [] : [`input ${name} ${shape.join('x')}${dtypeWord[dtype]}`],
    ),
    ...dataLines(data),
    ...lossLines(graph),
    ...penalties.map(({ line }) => line),
    `optimizer ${optimizer.name}${named(optimizer.config)}`,
    `train${named({ epochs, batch, ...(optimizer.style === 'driven' ? {} : { shuffle, accumulate }) })}`,
    ...metricLines(described),
    ...(init === undefined ? [] : [`init ${init}`]),
    `seed ${seed}`,
    stopLine(described),
  ]
}

const dtypeWord = { f32: '', u8: '', i32: ' integer', bool: ' boolean' } as const

/** Stands behind a loss that is measured where the target has mean 0 and deviation 1. */
export const standardisedNote = ' // of the target, standardised'

const percent = (part: number): string => `${Number((part * 100).toFixed(4))}%`

function dataLines(data: DataRequest | undefined): string[] {
  const parts = splitParts(data?.split ?? defaultSplit(false))
  const split = `split ${parts.join(' ')}`
  return data?.source.kind === 'text'
    ? [`window ${data.source.window.value}`, split]
    : [split, `scale ${data?.scale.value ?? 'standard'}`]
}

function splitParts(split: SplitRequest): string[] {
  if (split.by === 'times') {
    const ranges = { train: split.train, validate: split.validate, test: split.test }
    return Object.entries(ranges).flatMap(([part, range]) =>
      range === undefined ? [] : [`${part}="${rangeText(range.value)}"`],
    )
  }
  const { train, validate, test, stratify, order } = split
  return [
    `train=${percent(train)}`,
    ...(validate > 0 ? [`validate=${percent(validate)}`] : []),
    ...(test > 0 ? [`test=${percent(test)}`] : []),
    ...(stratify === undefined ? [] : [`stratify=${nameText(stratify.value)}`]),
    ...(order === 'random' ? [] : [`order=${order}`]),
  ]
}

const rangeText = ({ from, to }: TimeRange): string => `${from?.text ?? ''}..${to?.text ?? ''}`

function lossLines({ heads }: LayerGraph): string[] {
  return heads.flatMap(({ name, loss, lossWeight, standardise, classWeights }) => {
    if (loss === undefined) return []
    const weight = named({ weight: lossWeight, 'class-weights': classWeights })
    const on = heads.length > 1 ? ` on @${name}` : ''
    const comment = standardise === true ? standardisedNote : ''
    return [`loss ${loss.name}${named(loss.config)}${weight}${on}${comment}`]
  })
}

function metricLines({ graph, metrics }: Described): string[] {
  return graph.heads.flatMap(({ name }) => {
    const own = metrics.filter(({ head }) => head === name)
    if (own.length === 0) return []
    const list = own.map(({ metric }) => callText(metric.name, metric.config)).join(', ')
    return [`metrics [${list}]${graph.heads.length > 1 ? ` on @${name}` : ''}`]
  })
}

function stopLine({ fit: { stop }, data }: Described): string {
  const validated = data === undefined || validates(data.split)
  const watch = stop?.watch ?? (validated ? 'validation.loss' : 'train.loss')
  return `stop${named({ watch, patience: stop?.patience, restore: stop?.restore ?? 'best' })}`
}

/** ` lr=0.001 beta1=0.9`, what is not set left out. */
function named(config: Config): string {
  return Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${valueText(value)}`)
    .join('')
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const { name, config } = value as { readonly name?: string; readonly config?: Config }
  return callText(name ?? '', config ?? {})
}

function callText(name: string, config: Config): string {
  const inside = Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${valueText(value)}`)
  return inside.length === 0 ? name : `${name}(${inside.join(', ')})`
}
