import type { Argument, Layer as LayerStage } from '../ast.ts'
import { type Diagnostic, diagnostic, type RelatedSpan, type Report } from '../diagnostic.ts'
import type { Reach } from '../experiment.ts'
import { printable, quote } from '../quote.ts'
import type { Made, Origin } from './flow.ts'
import { tableTooSmall } from './pipeline-errors.ts'

/** What is looked up in a table has to stand in it: nothing would be learnt of what is outside. */
export function checkIndices(
  { layer, instance, inputs, stage, written }: Made,
  report: Report,
): void {
  inputs.forEach((origin, i) => {
    const argument = layer.inputs[i]?.below
    const size = argument === undefined ? undefined : instance.config[argument]
    if (argument === undefined || typeof size !== 'number') return
    const table = { stage, size, written: written.get(argument) }
    const found = outside(table, origin)
    if (found !== undefined) report(found)
  })
}

interface TableOfVectors {
  readonly stage: LayerStage
  readonly size: number
  /** The argument that says the size, if one does. */
  readonly written: Argument | undefined
}

function outside(table: TableOfVectors, origin: Origin): Diagnostic | undefined {
  const { stage, size, written } = table
  const { below, reach } = origin
  if (below !== undefined && size < below) return tableTooSmall(stage, size, origin, written)
  if (reach === undefined) return undefined
  if (reach.least.value < 0) return negative(table, reach, origin)
  return reach.greatest.value < size ? undefined : tooLarge(table, reach, origin)
}

/** `embed 10` of numbers up to 12. Without an edit: the number may be a mistake of the data. */
function tooLarge(table: TableOfVectors, { greatest }: Reach, origin: Origin): Diagnostic {
  const needed = String(greatest.value + 1)
  return diagnostic('index-range', placeIn(table), {
    message: messageOf(table, greatest),
    label: `${needed} are needed`,
    related: columnsOf(origin),
    help: `use ${quote(`${table.stage.name.text} ${needed}`)}, or mend the data`,
  })
}

function negative(table: TableOfVectors, { least }: Reach, origin: Origin): Diagnostic {
  return diagnostic('index-range', placeIn(table), {
    message: messageOf(table, least),
    label: 'has none below 0',
    related: columnsOf(origin),
    help: 'number what is looked up from 0 on',
  })
}

const messageOf = ({ stage, size }: TableOfVectors, { value, place }: Reach['least']): string =>
  `${quote(stage.name.text)} has a vector for each of the numbers 0 to ${size - 1}, but ${value} stands in ${printable(place)}`

const placeIn = ({ stage, written }: TableOfVectors) => written?.value.span ?? stage.span

const columnsOf = ({ columns }: Origin): RelatedSpan[] =>
  columns === undefined ? [] : [{ span: columns, label: 'its columns' }]
