import type { Argument, Span } from '../ast.ts'
import type { TimeRange, TimeSplit, Written } from '../experiment.ts'
import type { Context } from './context.ts'
import {
  rangeAndShare,
  rangesOverlap,
  rangeWithoutTime,
  seriesNotShuffled,
  wrongRange,
} from './series-errors.ts'
import { overlap, parseTimeRange } from './time-range.ts'

/** `split train="..2024-12" test="2025-01.."` */

const partNames = { train: 'training', validate: 'validation', test: 'test' } as const
export type Part = keyof typeof partNames
export const parts = Object.keys(partNames) as readonly Part[]

/** What a split gives for its parts, and where. */
export interface WrittenSplit {
  readonly config: Readonly<Partial<Record<Part, number | string>>>
  readonly written: ReadonlyMap<string, Argument>
  readonly span: Span
}

/** The parts that are ranges of time. */
export const rangesOf = ({ config }: Pick<WrittenSplit, 'config'>): Part[] =>
  parts.filter((part) => typeof config[part] === 'string')

/** Reads a split of which some part is a range; says what is wrong and yields `undefined`. */
export function readTimeSplit(
  split: WrittenSplit,
  isSeries: boolean,
  { report }: Context,
): TimeSplit | undefined {
  const placeOf = (name: string): Span => split.written.get(name)?.value.span ?? split.span
  const ranges = rangesOf(split)
  const [first] = ranges
  if (first === undefined) return undefined
  const shares = parts.filter((part) => typeof split.config[part] === 'number')
  for (const part of shares) report(rangeAndShare(placeOf(part), placeOf(first)))
  const hasOrder = refuseShuffle(split.written, report)
  const read = readRanges(split, ranges, placeOf, report)
  if (!isSeries && read !== undefined) report(rangeWithoutTime(placeOf(first)))
  if (shares.length > 0 || hasOrder || !isSeries || read === undefined) return undefined
  return { by: 'times', ...read, stratify: undefined, order: 'ordered', span: split.span }
}

/** A series is not shuffled into its parts. */
export function refuseShuffle(
  written: ReadonlyMap<string, Argument>,
  report: Context['report'],
): boolean {
  const { value } = written.get('order') ?? {}
  const isRandom = value?.kind === 'word' && value.path[0]?.text === 'random'
  const places = {
    stratify: written.get('stratify'),
    'order=random': isRandom && written.get('order'),
  }
  let found = false
  for (const [what, argument] of Object.entries(places)) {
    if (!argument) continue
    report(seriesNotShuffled(argument.span, what))
    found = true
  }
  return found
}

type Ranges = Partial<Record<Part, Written<TimeRange>>>

function readRanges(
  { config }: WrittenSplit,
  ranges: readonly Part[],
  placeOf: (part: Part) => Span,
  report: Context['report'],
): Ranges | undefined {
  const found: Ranges = {}
  let failed = false
  for (const part of ranges) {
    const span = placeOf(part)
    const range = parseTimeRange(String(config[part]))
    if ('wrong' in range) {
      report(wrongRange(span, partNames[part], range))
      failed = true
      continue
    }
    const other = parts.find((each) => found[each] && overlap(found[each].value, range))
    if (other !== undefined) {
      report(rangesOverlap(span, placeOf(other), [partNames[other], partNames[part]]))
      failed = true
    }
    found[part] = { value: range, span }
  }
  return failed ? undefined : found
}
