/** The facts of data that were read, against which the text is checked. */
import {
  type EncodedData,
  type FeatureData,
  imageLabel,
  type Parts,
  type TargetData,
} from '@chainrule/data'
import type { DataFacts, DataRequest, InputFacts, TargetFacts } from '@chainrule/language'
import { sizeOf } from '@chainrule/program'

/** The names of a model's only input and only target until the graph gives them one. */
export const onlyInput = 'input'
export const onlyTarget = 'target'

/** Shapes, classes and numbers of rows of encoded data, by the names that the request gives them. */
export function factsOf(request: DataRequest, encoded: EncodedData, parts: Parts): DataFacts {
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
