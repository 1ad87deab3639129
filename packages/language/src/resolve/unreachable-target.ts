import type { Activation, Loss, Registry } from '@chainrule/core'
import type { Span } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import type { TargetFacts } from '../experiment.ts'
import { quote } from '../quote.ts'
import { lastActivation } from './last-layer.ts'
import type { Output } from './outputs.ts'

/** Where an output gets its target: what the text says of it, and what the data hold. */
interface Reached {
  readonly output: Output
  readonly loss: Loss
  readonly target: TargetFacts | undefined
  /** Where the text names the target. */
  readonly place: Span | undefined
  readonly registry: Registry
}

/** An activation at the end that gives none of the numbers that some rows have as their target. */
export function unreachableTarget(reached: Reached): Diagnostic | undefined {
  const { output, loss, target, place, registry } = reached
  const { values } = target ?? {}
  // Losses that apply something themselves, or do not look at the size, are judged elsewhere or need nothing.
  const comparesNumbers = loss.applies === undefined && loss.standardises !== false
  const last = lastActivation(output, registry)
  const range = comparesNumbers ? activationOf(output, registry)?.range : undefined
  if (last === undefined || range === undefined || target === undefined) return undefined
  const beyond = values === undefined ? undefined : outside(values, target.width, range)
  if (beyond === undefined) return undefined
  const { side, limit, farthest, broken, rows } = beyond
  const reach = `${side === 'below' ? 'down' : 'up'} to ${Number(farthest.toPrecision(4))}`
  return diagnostic('target-unreachable', last.span, {
    message: `${quote(last.name)} gives no number ${side} ${limit}, but ${broken} of ${rows} rows of ${quote(target.name)} have one, ${reach}`,
    label: 'leave it out of the last layer',
    related: place === undefined ? [] : [{ span: place, label: 'the target' }],
    help: 'without it the target is scaled, and the output may be any number',
    edits: last.edits,
  })
}

/** What an output passes last, with its arguments. */
function activationOf({ origin: { made } }: Output, registry: Registry): Activation | undefined {
  if (made === undefined) return undefined
  const { config } = made.instance
  const own = registry.find('activation', made.layer.name)
  return own === undefined ? (config['activation'] as Activation | undefined) : own.with(config)
}

interface Beyond {
  readonly side: 'below' | 'above'
  readonly limit: number
  /** The number that is farthest away. */
  readonly farthest: number
  readonly broken: number
  readonly rows: number
}

/** How many rows lie outside, told of the side on which the farthest number lies. */
function outside(
  values: ArrayLike<number>,
  width: number,
  [low, high]: readonly [number, number],
): Beyond | undefined {
  const rows = values.length / width
  let [least, greatest, broken] = [low, high, 0]
  for (let row = 0; row < rows; row++) {
    let isOutside = false
    for (let i = row * width; i < (row + 1) * width; i++) {
      const value = values[i] ?? 0
      if (value < low || value > high) isOutside = true
      least = Math.min(least, value)
      greatest = Math.max(greatest, value)
    }
    if (isOutside) broken++
  }
  if (broken === 0) return undefined
  const below = low - least >= (Number.isFinite(high) ? greatest - high : 0)
  return below
    ? { side: 'below', limit: low, farthest: least, broken, rows }
    : { side: 'above', limit: high, farthest: greatest, broken, rows }
}
