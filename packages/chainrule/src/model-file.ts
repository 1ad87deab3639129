/**
 * A trained model in one safetensors file: its parameters and running values as tensors, and in the metadata all that
 * predicting and measuring need: the programs, the fitted preprocessing, what the outputs mean. Neither the text nor a
 * plugin is needed to use it; the text travels along for the reader.
 */
import {
  ChainruleError,
  inputName,
  type ModelOutline,
  modelKinds,
  type OutlineHead,
  predictionOutput,
  type Registry,
} from '@chainrule/core'
import { parsePreprocessing } from '@chainrule/data'
import { type Program, programFromJson, programToJson, sizeAt } from '@chainrule/program'
import {
  inFile,
  modelFileForeign,
  modelFileInvalid,
  modelFileOther,
  modelFileVersion,
} from './errors.ts'
import { withinBounds } from './program-memory.ts'
import {
  isRecord,
  looksLikeSafetensors,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from './safetensors.ts'
import type { SavedHead, SavedMetric, SavedModel } from './saved-model.ts'

const formatVersion = '1'

/** The file's bytes. */
export function writeModel(model: SavedModel): Uint8Array {
  const { source, preprocessing, heads, metrics, inputs, program, states } = model
  const name = model.model === undefined ? {} : { model: model.model }
  const metadata = {
    format: 'chainrule',
    version: formatVersion,
    source,
    ...name,
    ...(preprocessing === undefined ? {} : { preprocessing: JSON.stringify(preprocessing) }),
    outline: JSON.stringify({ inputs, heads, metrics }),
    program: programToJson(program),
  }
  return writeSafetensors({ tensors: states, metadata })
}

/**
 * Reads a file; whatever does not fit is refused with one line that begins with `file`, the file's name, and nothing of the
 * file is run to find out.
 */
export function readModel(bytes: Uint8Array, file?: string): SavedModel {
  try {
    return readParts(bytes)
  } catch (error) {
    throw error instanceof ChainruleError ? inFile(file, error) : error
  }
}

function readParts(bytes: Uint8Array): SavedModel {
  if (!looksLikeSafetensors(bytes)) throw modelFileOther()
  const { tensors, metadata } = readSafetensors(bytes)
  const text = (key: string): string => {
    const value = metadata[key]
    if (value === undefined) throw modelFileForeign(key)
    return value
  }
  if (text('format') !== 'chainrule') throw modelFileForeign('format')
  if (text('version') !== formatVersion) throw modelFileVersion(text('version'))
  const program = withinBounds(programFromJson(parseJson(text('program'), 'program')))
  checkStates(program, tensors)
  const outline = parseOutline(parseJson(text('outline'), 'outline'))
  checkNames(program, outline)
  const { preprocessing, model } = metadata
  return {
    source: text('source'),
    model,
    preprocessing:
      preprocessing === undefined
        ? undefined
        : parsePreprocessing(parseJson(preprocessing, 'preprocessing')),
    ...outline,
    program,
    states: tensors,
  }
}

/** What the outline speaks of must be in the program. */
function checkNames({ inputs, entries }: Program, outline: Outline): void {
  const heads = outline.heads.map(({ name }) => name)
  const fits =
    heads.every((head) => entries['predict']?.outputs[predictionOutput(head)] !== undefined) &&
    outline.inputs.every((name) => inputs[inputName(name)] !== undefined) &&
    outline.metrics.every(({ head }) => heads.includes(head))
  if (!fits) throw modelFileInvalid('its outline does not fit its program')
}

/** The outline that a runner needs; metrics that this registry does not know are left out. */
export function outlineOf(
  { inputs, heads, metrics, preprocessing }: SavedModel,
  registry: Registry,
): ModelOutline {
  const classesOf = (name: string): Pick<OutlineHead, 'classes'> => {
    const target = preprocessing?.targets.find((each) => each.name === name)
    return target === undefined || target.kind === 'number' ? {} : { classes: target.classes }
  }
  const known = metrics.flatMap(({ head, name, config }) => {
    const metric = registry.find('metric', name)?.with(config)
    return metric === undefined ? [] : [{ head, metric }]
  })
  return {
    inputs,
    heads: heads.map((head) => ({ ...head, ...classesOf(head.name) })),
    metrics: known,
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw modelFileInvalid(`its ${what} is not JSON`)
  }
}

function checkStates(program: Program, tensors: Readonly<Record<string, StoredTensor>>): void {
  for (const [name, { type, kind }] of Object.entries(program.state)) {
    if (!modelKinds.includes(kind)) continue
    const tensor = tensors[name]
    if (tensor === undefined)
      throw modelFileInvalid(`its program reads \`${name}\`, which is not in the file`)
    if (tensor.values.length !== sizeAt(type.shape, 1)) {
      throw modelFileInvalid(
        `\`${name}\` has ${tensor.values.length} numbers, but its program reads ${sizeAt(type.shape, 1)}`,
      )
    }
    if (!tensor.values.every(Number.isFinite))
      throw modelFileInvalid(`\`${name}\` holds a number that is not finite`)
  }
}

type Outline = Pick<SavedModel, 'inputs' | 'heads' | 'metrics'>

function parseOutline(value: unknown): Outline {
  const { inputs, heads, metrics } = isRecord(value) ? value : {}
  const names = Array.isArray(inputs) && inputs.every((name) => typeof name === 'string')
  const fits =
    names &&
    Array.isArray(heads) &&
    heads.every(isHead) &&
    Array.isArray(metrics) &&
    metrics.every(isMetric)
  if (!fits) throw modelFileInvalid('its outline is not whole')
  return { inputs, heads, metrics }
}

function isHead(value: unknown): value is SavedHead {
  if (!isRecord(value)) return false
  const { name, lossWeight, kind } = value
  const weight = lossWeight === undefined || Number.isFinite(lossWeight)
  return typeof name === 'string' && weight && ['number', 'class', 'binary'].includes(String(kind))
}

function isMetric(value: unknown): value is SavedMetric {
  if (!isRecord(value)) return false
  return (
    typeof value['head'] === 'string' &&
    typeof value['name'] === 'string' &&
    isRecord(value['config'])
  )
}
