/** From what a text asks of its data to the rows that a session binds, and the facts that the text is checked against. */

import { ChainruleError, type LayerGraph, readBy } from '@chainrule/core'
import {
  type DataSpecification,
  type Dataset,
  type DataWarning,
  dataName,
  type EncodedData,
  generators,
  type InputRecipe,
  imageLabel,
  type Loaded,
  type Parts,
  type PrepareOptions,
  type Preprocessing,
  prepare,
  type Recipe,
  type SeriesRecipe,
  type TargetRecipe,
  type TimeSplit,
} from '@chainrule/data'
import type { DataFacts, DataRequest, SeriesRequest, TargetRequest } from '@chainrule/language'
import { factsOf, onlyInput, onlyTarget } from './data-facts.ts'

/** All rows, and which of them are for what. */
export interface TrainingData {
  readonly preprocessing: Preprocessing
  readonly encoded: EncodedData
  readonly parts: Parts
  readonly facts: DataFacts
  readonly warnings: readonly DataWarning[]
}

/** What the data package reads for a request. */
export function specification({ source }: DataRequest): DataSpecification {
  switch (source.kind) {
    case 'csv':
      return {
        kind: 'csv',
        path: source.path.value,
        header: source.header,
        ...(source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
      }
    case 'json':
      return { kind: 'json', path: source.path.value }
    case 'reader': {
      const { path, reader } = source
      return { kind: 'reader', path: path.value, reader: { read: (file) => readBy(reader, file) } }
    }
    case 'text':
      return { kind: 'text', path: source.path.value, window: source.window.value }
    case 'idx':
      return {
        kind: 'idx',
        images: source.images.value,
        labels: source.labels.value,
        ...(source.testImages === undefined ? {} : { testImages: source.testImages.value }),
        ...(source.testLabels === undefined ? {} : { testLabels: source.testLabels.value }),
      }
    case 'synthetic':
      return { ...source.options, kind: 'synthetic', name: source.generator.value }
  }
}

/** Splits, fits the preprocessing to the training part, encodes. Throws a `DataError`. */
export function trainingData(request: DataRequest, loaded: Loaded, seed: number): TrainingData {
  const { split } = request
  const official = loaded.test === undefined ? {} : { test: loaded.test }
  const prepared = prepare({
    data: loaded.data,
    ...official,
    recipe: recipeOf(request, loaded.data),
    split: splitOf(split),
    seed,
  })
  const { preprocessing, encoded, parts, warnings } = prepared
  return { preprocessing, encoded, parts, warnings, facts: factsOf(request, encoded, parts) }
}

function splitOf(split: DataRequest['split']): NonNullable<PrepareOptions['split']> {
  if (split.by === 'times') {
    const { train, validate, test } = split
    const written = Object.entries({ train, validate, test })
    const ranges = written.flatMap(([part, range]) => (range ? [[part, range.value]] : []))
    return { times: Object.fromEntries(ranges) as TimeSplit }
  }
  const { train, validate, test, order, stratify } = split
  const ordered = order === 'ordered'
  return { train, validate, test, ordered, ...(stratify && { stratify: stratify.value }) }
}

function recipeOf(request: DataRequest, data: Dataset): Recipe {
  return {
    inputs: inputRecipes(request, data),
    targets: targetRecipes(request, data),
    columns: request.columns.map(({ name, type, missing }) => ({
      name: name.value,
      ...(type === undefined ? {} : { type }),
      ...(missing === undefined ? {} : { missing }),
    })),
    scale: request.scale.value,
    ...(request.series && { series: seriesRecipe(request.series) }),
  }
}

function seriesRecipe({ time, group, window }: SeriesRequest): SeriesRecipe {
  return {
    time: time.value,
    ...(group && { group: group.value }),
    ...(window && { window: window.value }),
  }
}

function inputRecipes(request: DataRequest, data: Dataset): InputRecipe[] {
  const { inputs = [], features } = request
  const [only] = inputs
  const names = inputs.length > 1 ? inputs.map(({ name }) => name) : [onlyInput]
  return names.map((name) => {
    const declared = inputs.find((input) => input.name === name) ?? only
    const asked = features.find(({ input }) => (input ?? onlyInput) === name || names.length === 1)
    return {
      name,
      ...(asked === undefined
        ? columnsLeft(request, data)
        : { columns: asked.names.map(({ value }) => value) }),
      ...(declared === undefined || declared.dtype === 'float' ? {} : { as: declared.dtype }),
    }
  })
}

/** The columns for an input that lists none, where some are neither features nor targets. */
function columnsLeft(
  { apart = [], targets }: DataRequest,
  data: Dataset,
): Pick<InputRecipe, 'columns'> {
  if (apart.length === 0 || data.kind !== 'table') return {}
  const taken = new Set(apart)
  for (const { name, weight } of targets) {
    taken.add(name.value)
    if (weight !== undefined) taken.add(weight.value)
  }
  return { columns: data.columns.map(({ name }) => name).filter((name) => !taken.has(name)) }
}

function targetNone(data: Dataset): ChainruleError {
  const columns =
    data.kind === 'table' ? data.columns.map(({ name }) => `\`${name}\``).join(', ') : imageLabel
  return new ChainruleError(
    'target-none',
    `which column of ${dataName(data)} is to be predicted? It has ${columns}`,
    {
      help: 'write `target COLUMN` in `data`, or name it where the rows are given: `--target COLUMN`, `{ target: "…" }`',
      data: { file: dataName(data) },
    },
  )
}

function targetRecipes({ source, targets }: DataRequest, data: Dataset): TargetRecipe[] {
  const byHead = new Map<string, TargetRequest[]>()
  for (const target of targets) {
    const head = target.head ?? onlyTarget
    byHead.set(head, [...(byHead.get(head) ?? []), target])
  }
  if (byHead.size > 0) {
    return [...byHead].map(([name, list]) => {
      const as = list.find((target) => target.as !== undefined)?.as
      const weight = list.find((target) => target.weight !== undefined)?.weight
      const shift = list.find((target) => target.shift !== undefined)?.shift
      return {
        name,
        columns: list.map((target) => target.name.value),
        ...(as === undefined ? {} : { as }),
        ...(weight === undefined ? {} : { weight: weight.value }),
        ...(shift === undefined ? {} : { shift: shift.value }),
      }
    })
  }
  const implied =
    source.kind === 'synthetic' ? generators.get(source.generator.value)?.target : undefined
  if (data.kind === 'images') return [{ name: onlyTarget, columns: [imageLabel] }]
  if (data.kind === 'text') return [{ name: onlyTarget, columns: [] }]
  if (implied === undefined) throw targetNone(data)
  return [{ name: onlyTarget, columns: [implied] }]
}

/** The same data with its inputs and targets called as the graph calls them. */
export function renamed(
  { preprocessing, encoded }: Pick<TrainingData, 'preprocessing' | 'encoded'>,
  { inputs, heads }: LayerGraph,
): Pick<TrainingData, 'preprocessing' | 'encoded'> {
  const input = (name: string): string => (name === onlyInput ? (inputs[0]?.name ?? '') : name)
  const target = (name: string): string => (name === onlyTarget ? (heads[0]?.name ?? '') : name)
  return {
    preprocessing: {
      ...preprocessing,
      inputs: preprocessing.inputs.map((each) => ({ ...each, name: input(each.name) })),
      targets: preprocessing.targets.map((each) => ({ ...each, name: target(each.name) })),
    },
    encoded: {
      ...encoded,
      features: mapKeys(encoded.features, input),
      targets: mapKeys(encoded.targets, target),
    },
  }
}

function mapKeys<T>(
  record: Readonly<Record<string, T>>,
  rename: (key: string) => string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [rename(key), value]))
}
