import type { Argument, Span } from '../ast.ts'
import { type Diagnostic, diagnostic, type Edit, type RelatedSpan } from '../diagnostic.ts'
import type { TargetFacts } from '../experiment.ts'
import { listed, quote } from '../quote.ts'

/** What can be wrong between outputs, targets, losses and metrics; one builder a code. */

/** "the target `species` has 3 classes" */
export function describeTarget({ name, columns, kind, width, classes }: TargetFacts): string {
  if (columns !== undefined) return `the targets ${listed(columns)} are ${width} numbers`
  const target = `the target ${quote(name)}`
  if (kind === 'class') return `${target} has ${classes.length} classes`
  if (kind === 'binary') return `${target} is one of two values`
  return `${target} is ${width === 1 ? 'a number' : `${width} numbers`}`
}

/** The layer that decides how many numbers come out, and where it says so. */
export interface LastLayer {
  readonly name: string
  readonly span: Span
  readonly units: Argument | undefined
}

/** What takes an activation's place, if anything. */
export interface Instead {
  readonly word: string | undefined
  readonly edits: readonly Edit[]
}

const targetPlace = (target: Span | undefined): RelatedSpan[] =>
  target === undefined ? [] : [{ span: target, label: 'the target' }]

/**
 * `loss` is the one that takes two classes as one number, where it is why the other width is wrong; `instead` is there where
 * the last activation does not suit the right width.
 */
export function targetWidth(
  facts: TargetFacts,
  { came, right, loss }: { readonly came: number; readonly right: number; readonly loss?: string },
  last: LastLayer,
  target: Span | undefined,
  instead?: Instead,
): Diagnostic {
  const { units, name, span } = last
  // Of quantities either the layer is wrong or the loss, and nobody but the writer knows which.
  const isClear = units !== undefined && !areNumbers(facts)
  const isWhole = instead === undefined || instead.edits.length > 0
  const edits: Edit[] =
    isClear && isWhole
      ? [{ span: units.value.span, text: String(right) }, ...(instead?.edits ?? [])]
      : []
  const ending = instead?.word === undefined ? '' : ` ${instead.word}`
  const asOne = `${quote(loss ?? '')} takes the two classes of ${quote(facts.name)} as 0 and 1`
  return diagnostic('target-width', units?.value.span ?? span, {
    message: `${loss === undefined ? describeTarget(facts) : asOne}, but the last layer gives ${came}`,
    label: right === 1 ? 'one number is needed' : `${right} numbers are needed`,
    related: targetPlace(target),
    help: [
      ...(units === undefined ? [] : [`use ${quote(`${name} ${right}${ending}`)}`]),
      ...(areNumbers(facts) ? [quantityHelp(facts)] : []),
    ],
    edits: edits.toSorted((a, b) => a.span.start - b.span.start),
  })
}

/** Classes that may as well be quantities. */
const areNumbers = ({ kind, classes }: TargetFacts): boolean =>
  kind === 'class' && classes.length > 2 && classes.every((text) => /^-?\d+(?:\.\d+)?$/.test(text))

const quantityHelp = ({ name }: TargetFacts): string =>
  `where ${quote(name)} is a quantity and no class, write \`loss mse\` and end in one number`

export function targetShape(
  facts: TargetFacts,
  shape: string,
  span: Span,
  target: Span | undefined,
): Diagnostic {
  const { places = [] } = facts
  if (places.length > 0) return placesMissing(facts, shape, span, target)
  const what = facts.kind === 'number' ? 'one line of numbers' : 'one value'
  return diagnostic('target-shape', span, {
    message: `the target ${quote(facts.name)} has ${what} a row, but the output is ${shape}`,
    label: 'gives more than one line of numbers a row',
    related: targetPlace(target),
    help: 'put `flatten` before the last layers',
  })
}

/** A sequence of targets needs a sequence of outputs. */
function placesMissing(
  { name, places = [], classes }: TargetFacts,
  shape: string,
  span: Span,
  target: Span | undefined,
): Diagnostic {
  const wanted = ['B', ...places, classes.length].join(', ')
  return diagnostic('target-shape', span, {
    message: `the target ${quote(name)} has a class at each of ${places.join(' x ')} places, but the output is ${shape}`,
    label: `has to give [${wanted}]`,
    related: targetPlace(target),
    help: 'keep the places: `gru 64 sequences=true`, `attention`, and no `flatten`',
  })
}

/** `fits` are names of losses that are for such a target. */
export function lossMismatch(
  span: Span,
  loss: { readonly name: string; readonly isFor: string },
  facts: TargetFacts,
  fits: readonly string[],
  target: Span | undefined,
): Diagnostic {
  const [first] = fits
  return diagnostic('loss-mismatch', span, {
    message: `${quote(loss.name)} is for ${loss.isFor}, but ${describeTarget(facts)}`,
    label: 'does not fit the target',
    related: targetPlace(target),
    help: first === undefined ? [] : `use ${listed(fits, 'or')}`,
    edits: first === undefined ? [] : [{ span, text: first }],
  })
}

/** A loss that does not take any number, such as one of counts. */
export function targetRange(
  span: Span,
  loss: { readonly name: string; readonly required: string },
  { name, kind }: TargetFacts,
  { broken, rows }: { readonly broken: number; readonly rows: number },
  target: Span | undefined,
): Diagnostic {
  const others =
    kind === 'number'
      ? `${broken} of ${rows} rows of ${quote(name)} have others`
      : `${quote(name)} is 0 or 1`
  return diagnostic('target-range', span, {
    message: `${quote(loss.name)} needs ${loss.required}, but ${others}`,
    label: 'is not for such a target',
    related: targetPlace(target),
    help: 'mend the data, or use another loss, such as `mse`',
  })
}

export function metricMismatch(
  span: Span,
  metric: { readonly name: string; readonly isFor: string },
  target: string,
  fits: readonly string[],
): Diagnostic {
  const [first] = fits
  return diagnostic('metric-mismatch', span, {
    message: `${quote(metric.name)} is for ${metric.isFor}, but ${target}`,
    label: 'does not fit the target',
    help: first === undefined ? [] : `use ${listed(fits, 'or')}`,
  })
}

export function activationBeforeLoss(
  span: Span,
  activation: string,
  loss: string,
  edits: readonly Edit[],
): Diagnostic {
  return diagnostic('activation-before-loss', span, {
    message: `${quote(loss)} takes logits, but the last layer applies ${quote(activation)}`,
    label: 'the loss applies it itself, and more exactly',
    help: 'leave it out: predictions are probabilities all the same',
    edits,
  })
}

export function squeezedLogits(
  span: Span,
  activation: string,
  loss: string,
  edits: readonly Edit[],
): Diagnostic {
  return diagnostic('squeezed-logits', span, {
    message: `${quote(loss)} takes any number, but ${quote(activation)} keeps some of them away`,
    label: 'leave it out of the last layer',
    edits,
  })
}

export function softmaxOfOne(span: Span, { word, edits }: Instead): Diagnostic {
  return diagnostic('softmax-of-one', span, {
    message: '`softmax` shares 1 out among the numbers of the last axis, and here is one number',
    label: 'gives 1, whatever comes in',
    help:
      word === undefined
        ? 'leave it out of the last layer'
        : `write ${quote(word)}, which gives a number from 0 to 1`,
    edits,
  })
}

/** A target among several outputs that does not say for which it is. */
export function targetWithoutHead(
  span: Span,
  name: string,
  heads: readonly string[],
  edits: readonly Edit[],
): Diagnostic {
  return diagnostic('target-unclear', span, {
    message: `for which output is the target ${quote(name)}?`,
    label: 'the model has several',
    help: `add ${listed(
      heads.map((head) => `on @${head}`),
      'or',
    )}`,
    edits,
  })
}

export function headWithoutTarget(span: Span, head: string): Diagnostic {
  return diagnostic('target-unclear', span, {
    message: `the output ${quote(head)} has no target`,
    label: 'nothing trains it',
    help: `write \`target NAME on @${head}\``,
  })
}

export function stratifyByNumber(span: Span, column: string): Diagnostic {
  return diagnostic('split-stratify', span, {
    message: `a split cannot be stratified by ${quote(column)}, which is a number`,
    label: 'its values are quantities, not categories to share out',
    help: 'leave `stratify` out, or name a column of categories',
  })
}
