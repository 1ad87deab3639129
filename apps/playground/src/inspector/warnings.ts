/** What is said of layers that do not learn: thresholds are told beside each warning. */
import type { LayerHealth } from '../worker/inspect-protocol.ts'

export interface Warning {
  readonly node: string
  readonly kind: 'dying' | 'vanishing' | 'exploding' | 'non-finite'
  readonly message: string
}

export const thresholds = {
  /** Of a layer's units, that give 0 for every row. */
  silentShare: 0.5,
  /** The size of ∂L/∂h by that of the layer nearest to the loss. */
  vanishing: 1e-3,
  exploding: 1e3,
  /** |∂L/∂W| / |W|. */
  relative: 10,
} as const

/** A layer with fewer units is not judged by their share. */
const fewest = 4

export function warningsOf(layers: readonly LayerHealth[]): Warning[] {
  const nearest = layers.findLast(({ gradientSize }) => (gradientSize ?? 0) > 0)?.gradientSize
  return layers.flatMap((layer) => warningsOfLayer(layer, nearest))
}

function warningsOfLayer(layer: LayerHealth, nearest: number | undefined): Warning[] {
  const { node, silentUnits, units, gradientSize, relativeGradient } = layer
  const warn = (kind: Warning['kind'], message: string): Warning => ({ node, kind, message })
  if (!layer.isFinite)
    return [warn('non-finite', 'has values that are not finite: lower the learning rate')]
  const found: Warning[] = []
  if (units >= fewest && silentUnits / units >= thresholds.silentShare) {
    const message = `${silentUnits} of ${units} units give 0 for every row of the batch, so nothing flows back through them`
    found.push(warn('dying', message))
  }
  if (gradientSize === undefined || nearest === undefined) return found
  const share = gradientSize / nearest
  if (gradientSize === 0) found.push(warn('vanishing', 'no gradient comes back to it: it is 0'))
  else if (share < thresholds.vanishing)
    found.push(warn('vanishing', `its gradient is ${times(1 / share)} smaller than at the output`))
  if (share > thresholds.exploding)
    found.push(warn('exploding', `its gradient is ${times(share)} larger than at the output`))
  else if ((relativeGradient ?? 0) > thresholds.relative)
    found.push(warn('exploding', `∂L/∂W is ${times(relativeGradient ?? 0)} as large as W`))
  return found
}

const times = (factor: number): string =>
  `${Number(factor.toPrecision(2)).toLocaleString('en-US')} times`
