/** How the layers of a network do on a batch, from what `inspect` gives. */
import type { Inspected } from '@chainrule/core'
import { type Histogram, type LayerHealth, mostUnits } from './inspect-protocol.ts'

type Tensors = Readonly<Record<string, Inspected>>

const bins = 32

/** One entry for each node, in the order of the graph. */
export function healthOf(nodes: readonly string[], tensors: Tensors): LayerHealth[] {
  return nodes.flatMap((node) => {
    const h = tensors[`${node}/h`]
    return h === undefined ? [] : [layerHealth(node, h, tensors)]
  })
}

function layerHealth(node: string, h: Inspected, tensors: Tensors): LayerHealth {
  const dh = tensors[`${node}/dh`]
  const units = h.shape.length < 2 ? 1 : (h.shape.at(-1) ?? 1)
  const { means, silent } = ofUnits(h, units)
  const own = Object.keys(tensors).filter((name) => name.startsWith(`${node}/d`))
  const parameters = own.flatMap((name) => {
    const parameter = tensors[`${node}/${name.slice(node.length + 2)}`]
    const gradient = tensors[name]
    const isOfParameter = !['dh', 'dg'].includes(name.slice(node.length + 1))
    return isOfParameter && parameter !== undefined && gradient !== undefined
      ? [{ parameter, gradient }]
      : []
  })
  const squares = (list: readonly Inspected[]): number =>
    list.reduce((sum, { values }) => sum + sumOfSquares(values), 0)
  const weight = squares(parameters.map(({ parameter }) => parameter))
  return {
    node,
    activations: histogram(h.values),
    gradients: dh === undefined ? undefined : histogram(dh.values),
    means: Float32Array.from(means.slice(0, mostUnits)),
    silentUnits: silent,
    units,
    gradientSize:
      dh === undefined
        ? undefined
        : Math.sqrt(sumOfSquares(dh.values) / Math.max(1, dh.values.length)),
    relativeGradient:
      parameters.length === 0 || weight === 0
        ? undefined
        : Math.sqrt(squares(parameters.map(({ gradient }) => gradient)) / weight),
    isFinite: [h, ...(dh === undefined ? [] : [dh])].every(({ values }) =>
      values.every(Number.isFinite),
    ),
  }
}

function ofUnits({ values }: Inspected, units: number): { means: Float64Array; silent: number } {
  const means = new Float64Array(units)
  const speaks = new Uint8Array(units)
  const places = values.length / units
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0
    const unit = at % units
    means[unit] = (means[unit] ?? 0) + value / places
    if (value !== 0) speaks[unit] = 1
  }
  return { means, silent: speaks.reduce((count, each) => count - each, units) }
}

function sumOfSquares(values: Inspected['values']): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}

/** Equal parts between the least and the greatest finite value. */
export function histogram(values: Inspected['values']): Histogram {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    from = Math.min(from, value)
    to = Math.max(to, value)
  }
  if (from > to) return { from: 0, to: 0, counts: [] }
  const counts = new Array<number>(bins).fill(0)
  const width = (to - from) / bins
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor((value - from) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { from, to, counts }
}
