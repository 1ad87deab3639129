import type { HeadMetric, MetricPlugin, Registry, TargetKind } from '@chainrule/core'
import type { Directive, Span, Value } from '../ast.ts'
import { quote } from '../quote.ts'
import { itemsOf } from './columns.ts'
import type { Context } from './context.ts'
import type { Head } from './heads.ts'
import { checkHead } from './losses.ts'
import { problemWith } from './metric-problem.ts'
import { declaredTwice } from './name-errors.ts'
import type { Outputs } from './outputs.ts'
import { readPlugin } from './plugins.ts'
import type { Placed, Statements } from './statements.ts'
import { describeTarget, metricMismatch } from './target-errors.ts'

export interface Metrics {
  readonly list: readonly HeadMetric[]
  /** Something in them is wrong, which was said. */
  readonly incomplete: boolean
}

/** What is reported where the text does not say. */
const usual: Readonly<Record<TargetKind, readonly string[]>> = {
  number: ['mae', 'r2'],
  class: ['accuracy'],
  binary: ['accuracy'],
}

/** The metrics of every output: `metrics [accuracy, r2]`, `metrics accuracy on @label`. */
export function resolveMetrics(
  statements: Statements,
  heads: readonly Head[],
  outputs: Outputs,
  contextOf: (placed: Pick<Placed<Directive>, 'scope'>) => Context,
  registry: Registry,
): Metrics {
  const reader = new MetricReader(heads, outputs)
  for (const placed of statements.directives('metrics')) reader.read(placed, contextOf(placed))
  const { list, incomplete, spoken } = reader
  const others = heads.filter(({ head }) => !spoken.has(head.name) && !spoken.has(''))
  const implied = others.flatMap((head) => usualMetrics(head, registry))
  return { list: [...list, ...implied], incomplete }
}

function usualMetrics({ head, kind }: Head, registry: Registry): HeadMetric[] {
  if (kind === undefined || head.loss === undefined) return []
  return usual[kind].flatMap((name) =>
    registry.find('metric', name) === undefined
      ? []
      : [{ head: head.name, metric: registry.make('metric', name) }],
  )
}

class MetricReader {
  readonly list: HeadMetric[] = []
  incomplete = false
  /** Outputs of which the text says something; '' for all. */
  readonly spoken = new Set<string>()
  readonly #heads: readonly Head[]
  readonly #outputs: Outputs
  readonly #directives = new Map<string, Directive>()
  readonly #places = new Map<string, Span>()

  constructor(heads: readonly Head[], outputs: Outputs) {
    this.#heads = heads
    this.#outputs = outputs
  }

  read({ node }: Placed<Directive>, context: Context): void {
    const on = node.on?.name.text ?? ''
    const first = this.#directives.get(on)
    if (first !== undefined) {
      const help = 'write all metrics in one list'
      const of = on === '' ? '' : ` of ${quote(`@${on}`)}`
      context.report(declaredTwice(node.name.span, first.name.span, `\`metrics\`${of}`, help))
      return
    }
    this.#directives.set(on, node)
    this.spoken.add(on)
    const values = node.damaged ? undefined : itemsOf(node, 'metric', context.report)
    if (values === undefined || !checkHead(node, this.#outputs, context)) {
      this.incomplete = true
      return
    }
    const heads = on === '' ? this.#heads : this.#heads.filter(({ head }) => head.name === on)
    for (const value of values) this.#add(value, on, heads, context)
  }

  #add(value: Value, on: string, heads: readonly Head[], context: Context): void {
    const read = readPlugin('metric', value, context)
    if (read === undefined) {
      this.incomplete = true
      return
    }
    const { plugin, config, span } = read
    const key = `${on} ${plugin.name}`
    const first = this.#places.get(key)
    if (first !== undefined) {
      context.report(declaredTwice(span, first, `the metric ${quote(plugin.name)}`))
      return
    }
    this.#places.set(key, span)
    const fitting = heads.filter((head) => fits(plugin, head))
    const metric = plugin.with(config)
    const problem = problemWith(metric, fitting, value.span)
    if (problem !== undefined) context.report(problem)
    const [unfit] = heads
    if (fitting.length === 0 && unfit !== undefined) {
      const names = this.#fittingNames(unfit, context)
      const unfitting = { name: plugin.name, isFor: isFor(plugin) }
      context.report(metricMismatch(span, unfitting, describe(unfit), names))
      this.incomplete = true
    }
    this.list.push(...fitting.map(({ head }) => ({ head: head.name, metric })))
  }

  #fittingNames(head: Head, { registry }: Context): string[] {
    return registry.names('metric').filter((name) => {
      const plugin = registry.find('metric', name)
      return plugin !== undefined && fits(plugin, head)
    })
  }
}

/** Two classes as 0 and 1 under a loss between numbers are both; only the data tell whether they are that. */
function fits({ targets }: MetricPlugin, { kind, head, facts }: Head): boolean {
  if (kind === undefined || (facts === undefined && kind === 'number')) return true
  return targets.includes(kind) || (head.loss !== undefined && targets.includes(head.loss.target))
}

function isFor({ targets }: MetricPlugin): string {
  if (targets.includes('number')) return 'numbers'
  return targets.includes('class') ? 'classes' : 'yes or no'
}

function describe({ facts, head, kind }: Head): string {
  if (facts !== undefined) return describeTarget(facts)
  const is = kind === 'class' ? 'classes' : 'yes or no'
  return `${quote(head.loss?.name ?? '')} makes the target ${is}`
}

/** How a report calls a metric: `accuracy`, with several outputs `label.accuracy`. */
export function reportName({ head, metric }: HeadMetric, heads: readonly Head[]): string {
  return measured(heads).length > 1 ? `${head}.${metric.name}` : metric.name
}

/** What a report calls the loss of each of several heads. */
export function lossNames(heads: readonly Head[]): string[] {
  const names = measured(heads).map(({ head }) => `${head.name}.loss`)
  return names.length > 1 ? names : []
}

const measured = (heads: readonly Head[]): Head[] =>
  heads.filter(({ head }) => head.loss !== undefined)
