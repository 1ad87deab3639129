/**
 * `chainrule gradcheck FILE`: every gradient three ways in float64: as the layer's `backward` gives it, as it is derived from
 * `forward`, and as central finite differences of the loss give it; the penalties on parameters are part of it.
 */
import {
  type EntryName,
  inferShapes,
  type LayerGraph,
  type ModelParameter,
  modelParameters,
  penaltyGradientOutput,
  Session,
  type ShapedGraph,
} from '@chainrule/core'
import { builtInRegistry } from '../batteries.ts'
import { defaultEngine, referenceEngine } from '../engines.ts'
import { dataNone } from '../errors.ts'
import { bindData } from '../training.ts'
import { renamed } from '../training-data.ts'
import { withinMemory } from '../within-memory.ts'
import { type Console, styled, table } from './console.ts'
import { exits } from './exits.ts'
import { withObservedInputs } from './observed-inputs.ts'
import { type PluginOptions, pluginsFor } from './plugins.ts'
import { acceptable, openFile, type SourceOptions } from './source.ts'

/** Rows that the gradients are taken over. */
const checkedRows = 16
/** Elements of each parameter whose finite difference is taken. */
const probes = 12
/** The range of what is added to each parameter. */
const nudges = 0.02
/** Gradients are compared at least to this part of the largest of all. */
const smallest = 1e-5
const tolerances = { derived: 1e-9, differences: 1e-4 }
/**
 * Halves of the distances of the finite differences, the next where one does not agree: among the hundreds of thousands of
 * rectifiers of a convolution some change sides within the first, and hardly any within the last.
 */
const steps = [1e-5, 1e-6, 1e-7]

interface Row {
  readonly parameter: string
  readonly derived: number
  readonly differences: number
}

export async function gradcheck(
  console: Console,
  path: string,
  options: SourceOptions & PluginOptions,
): Promise<number> {
  // Three sessions in float64, one state and one gradient of every parameter each.
  const use = { batch: checkedRows, times: 6 }
  const opened = withinMemory(
    await openFile(path, builtInRegistry(), options, {
      plugins: pluginsFor(path, options, console),
      runs: true,
    }),
    () => use,
    referenceEngine,
  )
  if (!acceptable(console, opened, 'text')) return exits.mistake
  const { experiment, data } = opened
  if (experiment?.shaped === undefined || data === undefined)
    throw dataNone(path, 'take gradients over')
  const graph = withObservedInputs(experiment.shaped.graph)
  const { encoded } = renamed(data, experiment.shaped.graph)
  const rows = Math.min(checkedRows, data.parts.train.length)
  const open = async (
    checked: LayerGraph,
    entries: readonly EntryName[],
    engine = referenceEngine,
  ): Promise<Session> => {
    const settings = { maxBatch: rows, precision: 'f64', entries } as const
    const session = await Session.create(inferShapes(checked), settings, engine)
    session.initialise(experiment.fit.seed)
    nudge(session)
    bindData(session, encoded)
    return session
  }
  const sessions = {
    written: await open(graph, ['init', 'gradient', 'penalty']),
    derived: await open(derivedOnly(graph), ['init', 'gradient', 'penalty']),
    moved: await open(graph, ['init', 'loss', 'penalty'], defaultEngine),
  }
  const order = data.parts.train.subarray(0, rows)
  const found = compare(sessions, order)
  const code = printRows(console, found, rows)
  if (!found.some(({ derived }) => derived > tolerances.derived)) return code
  // One layer's own `backward` at a time: what is wrong with it alone is wrong in it.
  const reference = gradientsOf(sessions.derived, order)
  for (const { name, layer } of graph.instances) {
    if (layer.backward === undefined) continue
    const alone = await open(derivedOnly(graph, name), ['init', 'gradient', 'penalty'])
    if (!agree(gradientsOf(alone, order), reference))
      console.err(`\`backward\` of ${name} (${layer.name}) is wrong\n`)
    alone.dispose()
  }
  return code
}

/** Whether all gradients are those of the reference, as far as written ones may be apart. */
function agree(gradients: Gradients, reference: Gradients): boolean {
  const largest = largestOfAll(reference)
  return [...gradients].every(([name, gradient]) => {
    const other = reference.get(name) ?? new Float64Array()
    return furthest(gradient, other) <= tolerances.derived * scaleOf(other, largest)
  })
}

/**
 * Moves every parameter a little: biases of 0 would leave what a network gives for blank parts of an image exactly on the
 * kink of its rectifiers, where no gradient is the right one.
 */
function nudge(session: Session): void {
  let state = 1
  for (const { name } of modelParameters(session.shaped)) {
    const values = session.executable.state(name)
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      values[i] = (values[i] ?? 0) + nudges * (state / 0x1_0000_0000 - 0.5)
    }
  }
}

/** The same graph without hand-written backwards, but for that of one instance. */
function derivedOnly(graph: LayerGraph, kept?: string): LayerGraph {
  return {
    ...graph,
    instances: graph.instances.map((instance) =>
      instance.name === kept
        ? instance
        : { ...instance, layer: { ...instance.layer, backward: undefined } },
    ),
  }
}

interface Sessions {
  /** With the layers' own backwards. */
  readonly written: Session
  /** With backwards that are derived. */
  readonly derived: Session
  /** Takes the differences: on the fast engine, because each is two passes for every element. */
  readonly moved: Session
}

function compare({ written, derived, moved }: Sessions, rows: Int32Array): Row[] {
  moved.restore(written.snapshot(['parameter']))
  const [one, other] = [gradientsOf(written, rows), gradientsOf(derived, rows)]
  const largest = largestOfAll(one)
  return trained(written.shaped).map(({ name }) => {
    const gradient = one.get(name) ?? new Float64Array()
    const scale = scaleOf(gradient, largest)
    return {
      parameter: name,
      derived: furthest(gradient, other.get(name) ?? new Float64Array()) / scale,
      differences: differencesApart(moved, name, gradient, rows, scale),
    }
  })
}

type Gradients = ReadonlyMap<string, Float64Array>

const largestOfAll = (gradients: Gradients): number =>
  Math.max(0, ...[...gradients.values()].map(largestOf))

/** What distances are beside: a gradient that is zero but for rounding, as of a bias before batch norm, is measured by all. */
const scaleOf = (gradient: Float64Array, largest: number): number =>
  Math.max(largestOf(gradient), smallest * largest, Number.MIN_VALUE)

/** The largest distance of two elements; NaN where one is. */
function furthest(gradient: Float64Array, other: Float64Array): number {
  return gradient.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (other[i] ?? 0))), 0)
}

function largestOf(gradient: Float64Array): number {
  return gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
}

/** What has a gradient: all but what is frozen. */
const trained = (shaped: ShapedGraph): ModelParameter[] =>
  modelParameters(shaped).filter(({ trainable }) => trainable)

/** ∂L/∂W of every parameter, from the accumulators of `gradient` and the penalties. */
function gradientsOf(session: Session, rows: Int32Array): Map<string, Float64Array> {
  const { executable, program, shaped } = session
  for (const name of Object.keys(program.state))
    if (/^(gradient|group|train)\//.test(name)) executable.state(name).fill(0)
  executable.run('gradient', rows.length, rows)
  session.penalty()
  const ofPenalties = program.entries['penalty']?.outputs ?? {}
  return new Map(
    trained(shaped).map(({ name }) => {
      const added = penaltyGradientOutput(name)
      const sum = Object.hasOwn(ofPenalties, added)
        ? Float64Array.from(executable.output('penalty', added))
        : new Float64Array(executable.state(name).length)
      for (const { name: head, lossWeight = 1 } of shaped.graph.heads) {
        if (!session.hasState(`gradient/${head}/${name}`)) continue
        const weight = executable.state(`group/${head}/weight`)[0] ?? 1
        executable.state(`gradient/${head}/${name}`).forEach((value, i) => {
          sum[i] = (sum[i] ?? 0) + (lossWeight * value) / weight
        })
      }
      return [name, sum]
    }),
  )
}

/** The largest distance of a few elements from their central difference, beside `scale`. */
function differencesApart(
  session: Session,
  name: string,
  gradient: Float64Array,
  rows: Int32Array,
  scale: number,
): number {
  const { length } = gradient
  const stride = Math.max(1, Math.floor(length / probes))
  // A run may need more memory, after which an array of the state is no longer the state.
  const put = (i: number, value: number): void => {
    session.executable.state(name)[i] = value
  }
  const apart = (i: number, step: number): number => {
    const value = session.executable.state(name)[i] ?? 0
    const half = step * Math.max(1, Math.abs(value))
    const [above = 0, below = 0] = [value + half, value - half].map((moved) => {
      put(i, moved)
      return trainingLoss(session, rows)
    })
    put(i, value)
    return Math.abs((above - below) / (2 * half) - (gradient[i] ?? 0)) / scale
  }
  let worst = 0
  for (let i = 0; i < length; i += stride) {
    let least = Number.POSITIVE_INFINITY
    for (const step of steps) {
      least = Math.min(least, apart(i, step))
      if (least <= tolerances.differences) break
    }
    worst = Math.max(worst, least)
  }
  return worst
}

/** The loss that is differentiated, in the units that training works in. */
function trainingLoss(session: Session, rows: Int32Array): number {
  session.executable.run('loss', rows.length, rows)
  const loss = session.executable.output('loss', 'loss')[0] ?? Number.NaN
  return loss + (session.penalty() ?? 0)
}

function printRows(console: Console, rows: readonly Row[], count: number): number {
  const passes = (row: Row): boolean =>
    row.derived <= tolerances.derived && row.differences <= tolerances.differences
  const cells = rows.map((row) => [
    // Of an input it is the sum over the rows.
    row.parameter.replace(/^(@.*)\.offset$/, '$1'),
    row.derived.toExponential(1),
    row.differences.toExponential(1),
    passes(row) ? 'ok' : 'WRONG',
  ])
  console.out(
    table(
      [['gradient of', 'written - derived', 'written - differences', ''], ...cells],
      new Set([1, 2]),
    ),
  )
  const wrong = rows.filter((row) => !passes(row))
  console.out(
    styled(
      console,
      'dim',
      `relative to the largest element of each gradient (and at least ${smallest} of the largest of all), over ${count} rows in float64; allowed ${tolerances.derived} and ${tolerances.differences}\n`,
    ),
  )
  if (wrong.length === 0) return exits.success
  console.err(`${wrong.length} of ${rows.length} gradients are wrong\n`)
  return exits.mistake
}
