/** The iterations of `lbfgs`, apart from its declaration: they are loaded by the trainings that use them. */
import type { DrivenHost } from '@chainrule/core'
import { type Probe, strongWolfe } from './line-search.ts'
import { along, Curvature, dot } from './two-loop.ts'

/** The options of `lbfgs`. */
export interface LbfgsConfig {
  readonly lr: number
  readonly memory: number
  readonly tolerance: number
  readonly change: number
}

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const sumOfSizes = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + Math.abs(value), 0)

/** The loss and its gradient where the parameters stand, as a place t along d. */
function look(host: DrivenHost, t: number, d: Float64Array): Probe {
  const { loss, gradient } = host.gradient()
  return { t, loss, gradient, slope: dot(gradient, d) }
}

/** Goes from W along d as far as the line search says; leaves W where it is if nothing there is lower. */
function* step(
  host: DrivenHost,
  { from, d, first, start }: { from: Float64Array; d: Float64Array; first: number; start: Probe },
): Generator<undefined, Probe | undefined> {
  const probe = (t: number): Probe => {
    host.setParameters(along(from, t, d))
    return look(host, t, d)
  }
  const found = yield* strongWolfe({ probe, start, first, size: largest(d) })
  host.setParameters(found === undefined ? from : along(from, found.t, d))
  return found
}

/** Nocedal and Wright 2006, algorithm 7.5; see `lbfgs`. */
export function* lbfgsIterations(
  host: DrivenHost,
  { lr, memory, tolerance, change }: LbfgsConfig,
): Generator<number | undefined, void> {
  const curvature = new Curvature(memory)
  let w = host.parameters()
  let here = look(host, 0, new Float64Array(w.length))
  if (![here.loss, ...here.gradient].every(Number.isFinite)) return yield Number.NaN
  while (largest(here.gradient) > tolerance) {
    let d = curvature.direction(here.gradient)
    let slope = dot(here.gradient, d)
    if (!(slope < 0)) {
      curvature.forget()
      d = here.gradient.map((value) => -value)
      slope = dot(here.gradient, d)
    }
    const first = curvature.isEmpty ? lr * Math.min(1, 1 / sumOfSizes(here.gradient)) : lr
    const found = yield* step(host, { from: w, d, first, start: { ...here, t: 0, slope } })
    if (found === undefined) {
      if (curvature.isEmpty) return
      curvature.forget()
      continue
    }
    // As the model holds them: in float32 a step is not quite t d.
    const next = host.parameters()
    const s = along(next, -1, w)
    curvature.remember(s, along(found.gradient, -1, here.gradient))
    ;[w, here] = [next, found]
    yield found.loss
    if (largest(s) <= change) return
  }
}
