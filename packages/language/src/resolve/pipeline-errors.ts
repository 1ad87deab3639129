import { type ChainruleError, formatShape, type Shape, sizeOf } from '@chainrule/core'
import type { Argument, Layer as LayerStage, Name, Pipeline, Reference, Span } from '../ast.ts'
import { type Diagnostic, diagnostic, type RelatedSpan } from '../diagnostic.ts'
import type { InputFacts } from '../experiment.ts'
import { listed, quote } from '../quote.ts'
import { bounded } from './argument-errors.ts'
import type { ElementType, Made, Origin } from './flow.ts'

/** What can be wrong with pipelines and shapes; one builder a code. */

export function noModel(end: number): Diagnostic {
  const at = { start: end, end }
  return diagnostic('no-model', at, {
    message: 'there is no model in this file',
    label: 'a pipeline is missing',
    help: 'write one: `dense 16 relu -> dense 1`',
  })
}

export function referenceInside(span: Span, before: Span): Diagnostic {
  return diagnostic('reference-inside-pipeline', span, {
    message: 'a reference stands inside a pipeline',
    label: 'it begins a pipeline',
    related: [{ span: before, label: 'what this gives would be lost' }],
    help: 'begin a new line with it',
  })
}

export function pipelineWithoutLayer({ span }: Pipeline): Diagnostic {
  return diagnostic('pipeline-without-layer', span, {
    message: 'this pipeline has no layer',
    label: 'it changes nothing',
    help: 'go on with `->` and a layer',
  })
}

export function emptyBraces(span: Span): Diagnostic {
  return diagnostic('pipeline-without-layer', span, {
    message: 'there is no pipeline in these braces',
    label: 'nothing comes out of them',
    help: 'write layers into them, such as `{ dense 8 relu }`',
  })
}

export function inputUnclear(span: Span, inputs: readonly Name[]): Diagnostic {
  return diagnostic('input-unclear', span, {
    message: 'which input does this pipeline take?',
    label: `begin it with ${listed(
      inputs.map(({ text }) => `@${text} ->`),
      'or',
    )}`,
    related: inputs.slice(0, 3).map((input) => ({ span: input.span, label: 'an input' })),
  })
}

export function inputUnknown(span: Span): Diagnostic {
  return diagnostic('input-unknown', span, {
    message: 'the shape of the input is not known',
    label: 'how many numbers come in here?',
    help: 'declare it, `input x 4` for four numbers a row, or name data: it follows from their columns',
  })
}

/** `next` is the pipeline that may be the rest of this one. */
export function outputUnclear(
  stage: Span,
  outputs: number,
  next: Pipeline | undefined,
): Diagnostic {
  return diagnostic('output-unclear', stage, {
    message: `the model has ${outputs} outputs, and this one has no name`,
    label: 'nothing reads what comes out here',
    related: next === undefined ? [] : [{ span: next.span, label: 'or is this the rest of it?' }],
    help:
      next === undefined
        ? 'name every output: `as label`'
        : 'join the two lines with `->`, or name every output: `as label`',
  })
}

export function outputLost(stage: Span): Diagnostic {
  return diagnostic('output-unclear', stage, {
    message: 'the output of this pipeline is lost',
    label: 'nothing reads what comes out here',
    help: 'name it with `as` and list it in `output`',
  })
}

/** A pipeline inside braces whose result nobody takes; `last` is the one that counts. */
export function pipelineLost(stage: Span, last: Span | undefined): Diagnostic {
  return diagnostic('output-unclear', stage, {
    message: 'the output of this pipeline is lost',
    label: 'nothing reads what comes out here',
    related:
      last === undefined ? [] : [{ span: last, label: 'the braces hand on what this one gives' }],
    help: 'name it with `as` and read it below, join the two by `->`, or write `branch`',
  })
}

export function severalTensors(
  span: Span,
  what: string,
  origins: readonly Origin[],
  help: readonly string[] = [],
): Diagnostic {
  const given = origins.length
  return diagnostic('several-tensors', span, {
    message: `${what}, but ${given} ${given === 1 ? 'is' : 'are'} given`,
    related: placesOf(origins),
    help,
  })
}

/** Where tensors come from, of many the first. */
const placesOf = (origins: readonly Origin[], label?: string): RelatedSpan[] =>
  origins
    .slice(0, 3)
    .flatMap((origin) =>
      origin.span === undefined ? [] : [{ span: origin.span, label: label ?? gives(origin) }],
    )

/** Where a tensor comes from and what shape it has. */
function gives({ from, shape }: Origin): string {
  return shape === undefined ? from : `${from} gives ${formatShape(shape)}`
}

export function sameWithoutLayers({ span, name }: Reference): Diagnostic {
  return diagnostic('same-without-layers', span, {
    message: `${quote(`@${name.text}`)} is an input and has no layers to apply again`,
    label: 'name a stage with `as`',
  })
}

export function tooManyLayers(span: Span, limit: number): Diagnostic {
  return diagnostic('too-many-layers', span, {
    message: `the model has more than ${limit.toLocaleString('en-US')} layers`,
    label: 'those that `same` applies again are counted',
  })
}

/** Braces that stand for copies of copies, in which no layer is made. */
export function tooManyCopies(span: Span, limit: number): Diagnostic {
  return diagnostic('too-many-layers', span, {
    message: `blocks and braces are copied more than ${limit.toLocaleString('en-US')} times`,
    label: 'what names a block copies all that it names in turn',
  })
}

/** A layer whose shape function refused its inputs; `repair` is what was found to make them fit. */
export function shapeMismatch(
  stage: LayerStage,
  origins: readonly Origin[],
  error: ChainruleError,
  repair: string | undefined,
): Diagnostic {
  const help = repair ?? error.help
  return diagnostic('shape-mismatch', stage.name.span, {
    message: bounded(error.message),
    label: `gets ${origins.map(({ shape }) => formatShape(shape ?? [])).join(' and ')}`,
    related: placesOf(origins),
    help: help === undefined ? [] : [bounded(help)],
  })
}

/** A layer of a plugin that did not refuse its inputs, but went wrong on them. */
export function pluginFailed({ name }: LayerStage, error: ChainruleError): Diagnostic {
  return diagnostic('plugin-failed', name.span, {
    message: bounded(error.message),
    help: error.help === undefined ? [] : [bounded(error.help)],
  })
}

/** `same` gives layers another size than the one that their weights were made for. */
export function sameMismatch(span: Span, made: Made, given: Shape | undefined): Diagnostic {
  const [first] = made.inputs
  const [before, now] = [first?.shape, given].map((shape) => formatShape(shape ?? []))
  return diagnostic('shape-mismatch', span, {
    message: `the weights of ${quote(made.instance.name)} are made for ${before}, and here come ${now}`,
    label: `gets ${now} here`,
    related: [{ span: made.stage.span, label: `gets ${before} here` }],
    help: 'give it inputs of one size, or layers of their own',
  })
}

/** What a layer does with an input of each type; what one holds; and how it is declared. */
const does: Readonly<Record<ElementType, string>> = {
  float: 'calculates with numbers',
  integer: 'looks something up by whole numbers',
  boolean: 'takes a mask, a yes or no for each place',
}
const holds: Readonly<Record<ElementType, string>> = {
  float: 'may be any numbers',
  integer: 'holds whole numbers to look something up by',
  boolean: 'says yes or no',
}
const takes: Readonly<Record<ElementType, string>> = {
  float: 'takes numbers',
  integer: 'takes whole numbers',
  boolean: 'takes a mask here',
}

/** An input of another type than the one that a layer takes there. */
export function wrongType(stage: LayerStage, origin: Origin, required: ElementType): Diagnostic {
  const { dtype = 'float', from, made } = origin
  const declared =
    dtype === 'float' || made !== undefined ? undefined : `declared \`${dtype}\` here`
  return diagnostic('shape-mismatch', stage.name.span, {
    message: `${quote(stage.name.text)} ${does[required]}, but ${from} ${holds[dtype]}`,
    label: takes[required],
    related: placesOf([origin], declared),
    help: repairOf(dtype, required, made !== undefined),
  })
}

function repairOf(dtype: ElementType, required: ElementType, isMade: boolean): string {
  if (isMade && required !== 'float')
    return 'give it an input itself: what a layer gives is no such thing'
  if (required === 'integer')
    return 'where they are whole numbers, declare the input with `integer`; where not, use `dense`'
  if (required !== 'float') return `declare the input with \`${required}\``
  return dtype === 'boolean'
    ? 'give it to a layer that takes a mask, such as `[@tokens, @mask] -> gru`'
    : 'leave `integer` out where they are quantities'
}

/** `embed 90` of numbers up to 95. */
export function tableTooSmall(
  { name, span }: LayerStage,
  size: number,
  { from, below = 0 }: Origin,
  written: Argument | undefined,
): Diagnostic {
  const edits = written === undefined ? [] : [{ span: written.value.span, text: String(below) }]
  return diagnostic('index-range', written?.value.span ?? span, {
    message: `${quote(name.text)} has a vector for each of ${size} numbers, but ${below} different ones come from ${from}`,
    label: `${below} are needed`,
    help: `use ${quote(`${name.text} ${below}`)}`,
    edits,
  })
}

/** `origin` is where the size of the data comes from: `4 columns of "iris.csv"`. */
export function inputShape(
  span: Span,
  name: string,
  declared: readonly number[],
  { shape, axes, origin, place }: InputFacts,
): Diagnostic {
  const came = axes ?? shape
  const differs =
    sizeOf(declared) === sizeOf(came)
      ? `as ${declared.join('x')}, but the data have it as ${came.join('x')}`
      : `with ${sizeOf(declared)} numbers a row, but there are ${sizeOf(came)}`
  return diagnostic('input-shape', span, {
    message: `the input ${quote(name)} is declared ${differs}`,
    label: bounded(`from ${origin}: ${came.join('x')}`),
    related: place === undefined ? [] : [{ span: place, label: 'its columns' }],
    edits: came.length > 0 ? [{ span, text: came.join('x') }] : [],
  })
}

/** Without an edit: `relu` is as likely meant as `linear`, and makes another model. */
export function noActivation(stage: LayerStage): Diagnostic {
  return diagnostic('no-activation', stage.span, {
    message: `${quote(stage.name.text)} has no activation, and another follows it directly`,
    label: 'the two do what one does',
    help: 'write `relu` behind its size, or `linear` where this is meant',
  })
}
