/** From what a text asks of its data to the rows that a session binds, and the facts that the text is checked against. */

import { ChainruleError, type LayerGraph, readBy } from '@chainrule/core'
import {
  type DataSpecification,
  type Dataset,
  type DataWarning,
  dataName,
  type EncodedData,
  type FeatureData,
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
  type TargetData,
  type TargetRecipe,
  type TimeSplit,
} from '@chainrule/data'
import type {
  DataFacts,
  DataRequest,
  InputFacts,
  SeriesRequest,
  TargetFacts,
  TargetRequest,
} from '@chainrule/language'
import { sizeOf } from '@chainrule/program'

/** All rows, and which of them are for what. */
export interface TrainingData {
  readonly preprocessing: Preprocessing
  readonly encoded: EncodedData
  readonly parts: Parts
  readonly facts: DataFacts
  readonly warnings: readonly DataWarning[]
}

/** The names of a model's only input and only target until the graph gives them one. */
const onlyInput = 'input'
const onlyTarget = 'target'

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

function factsOf(request: DataRequest, encoded: EncodedData, parts: Parts): DataFacts {
  return {
    inputs: Object.entries(encoded.features).map(([input, feature]) => ({
      ...inputFacts(request, input, feature),
      ...belowOf(request, encoded),
    })),
    targets: Object.entries(encoded.targets).map(([target, data]) =>
      targetFacts(request, target, data, parts),
    ),
    trainRows: parts.train.length,
    hasValidation: parts.validation !== undefined,
  }
}

function inputFacts(request: DataRequest, input: string, feature: FeatureData): InputFacts {
  const { shape, dtype } = feature
  const name =
    request.source.kind === 'synthetic' ? request.source.generator.value : sourceName(request)
  const written = request.features.find((each) => (each.input ?? onlyInput) === input)
  const [first, last] = [written?.names[0]?.span, written?.names.at(-1)?.span]
  const isWindow = feature.step !== undefined
  return {
    input: input === onlyInput ? undefined : input,
    // An image without an `input` line is a flat list of pixels, which is what a dense layer takes.
    shape: isWindow ? shape : [sizeOf(shape)],
    ...(shape.length > 1 ? { axes: shape } : {}),
    dtype,
    ...(dtype === 'u8' ? { normalise: feature.normalise } : {}),
    ...(dtype === 'i32' && feature.reach !== undefined ? { reach: feature.reach } : {}),
    origin: `the ${isWindow ? 'windows' : dtype === 'u8' ? 'pixels' : whatOf(request)} of ${name}`,
    ...(first && last && { place: { start: first.start, end: last.end } }),
  }
}

function targetFacts(
  request: DataRequest,
  target: string,
  data: TargetData,
  parts: Parts,
): TargetFacts {
  const own = request.targets.filter(({ head }) => (head ?? onlyTarget) === target)
  const columns = own.map(({ name }) => name.value)
  return {
    head: target === onlyTarget ? undefined : target,
    name: columns[0] ?? (request.source.kind === 'text' ? 'next character' : imageLabel),
    ...(columns.length > 1 ? { columns } : {}),
    kind: data.kind,
    width: data.kind === 'number' ? data.width : 1,
    ...(data.kind === 'class' && data.places !== undefined ? { places: [data.places] } : {}),
    ...(data.kind === 'number'
      ? { classes: [], values: request.series === undefined ? data.values : valuesIn(data, parts) }
      : { classes: data.classes, counts: classCounts(data, parts.train) }),
  }
}

/** Of a series only the rows of a part have a target. */
function valuesIn(
  { values, width }: Extract<TargetData, { readonly kind: 'number' }>,
  { train, validation, test }: Parts,
): number[] {
  const rows = [train, validation, test].flatMap((part) => Array.from(part ?? []))
  return rows.flatMap((row) => Array.from(values.subarray(row * width, (row + 1) * width)))
}

const whatOf = ({ source }: DataRequest): string =>
  source.kind === 'text' ? 'characters' : 'features'

/** The characters of a text are as many as it has to tell apart. */
function belowOf(
  { source }: DataRequest,
  { targets }: EncodedData,
): Pick<DataFacts['inputs'][number], 'below'> {
  const [target] = source.kind === 'text' ? Object.values(targets) : []
  return target === undefined || target.kind === 'number' ? {} : { below: target.classes.length }
}

/** The places of the training rows that are of each class. */
function classCounts(
  target: Exclude<TargetData, { readonly kind: 'number' }>,
  train: Int32Array,
): number[] {
  const { classes, values } = target
  const places = target.kind === 'class' ? (target.places ?? 1) : 1
  const counts = classes.map(() => 0)
  for (const row of train) {
    for (const k of values.subarray(row * places, (row + 1) * places))
      counts[k] = (counts[k] ?? 0) + 1
  }
  return counts
}

function sourceName({ source }: DataRequest): string {
  if (source.kind === 'idx') return `"${source.images.value}"`
  return source.kind === 'synthetic' ? source.generator.value : `"${source.path.value}"`
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
