/** Depthwise convolution: each channel has a filter of its own and sees no other channel. */
import {
  activation,
  boolean,
  defineLayer,
  initializer,
  type Ops,
  type Shape,
  sizeOf,
  type Tensor,
} from '@chainrule/core'
import { leadingAxes, zeroBias } from './bias.ts'
import { inOrder } from './convolve.ts'
import { type Extent, extent, type Padding, padding } from './extent.ts'
import {
  aroundGradient,
  foldWindows,
  padAround,
  placesOf,
  type Windows,
  windowsIn,
  windowsOn,
} from './windows.ts'

interface Config {
  readonly kernel: Extent
  readonly stride: Extent
  readonly dilation: Extent
  readonly pad: Padding
}

function windowsFor(config: Config, h: Shape): Windows {
  return windowsOn('depthwise', { ...config, argument: 'kernel', window: config.kernel }, h)
}

/** weight [C, 1, …K] -> [...K, C], as the windows have their axes; the channels of a place become neighbours in memory. */
function channelsLast(ops: Ops, weight: Tensor): Tensor {
  const [channels = 1, , ...places] = weight.shape
  const rest = places.map((_, i) => i + 1)
  const turned = ops.transpose(ops.reshape(weight, [channels, ...places]), [...rest, 0])
  return inOrder(ops, turned, places.length, 'first')
}

/**
 * Σ_k views[b, p, k, c] W[k, c], one term after the other: a product with one column a channel would be a poor matrix.
 */
function sumOfPlaces(ops: Ops, views: Tensor, filters: Tensor, windows: Windows): Tensor {
  const [...places] = filters.shape
  const rows = placesOf(ops, ops.reshape(filters, [1, ...ones(windows), ...places]), windows)
  const terms = placesOf(ops, views, windows).map((place, k) => ops.mul(place, rows[k] ?? 0))
  return terms.reduce((sum, term) => ops.add(sum, term))
}

const ones = ({ windows }: Windows): number[] => windows.map(() => 1)

/** dg behind an axis for each place: [B, …P, C] -> [B, …P, …1, C]. */
function besidePlaces(ops: Ops, dg: Tensor, windows: Windows): Tensor {
  const [channels = 1] = dg.shape.slice(-1)
  return ops.reshape(dg, [...dg.shape.slice(0, -1), ...ones(windows), channels])
}

/** ∂L/∂h; with steps of 1 it is the layer itself on ∂L/∂g, the filters turned round (see `aroundGradient`). */
function inputGradient(ops: Ops, dg: Tensor, filters: Tensor, windows: Windows): Tensor {
  const around = aroundGradient(windows)
  if (around === undefined)
    return foldWindows(ops, ops.mul(besidePlaces(ops, dg, windows), filters), windows)
  const views = windowsIn(ops, padAround(ops, dg, around), windows)
  const turned = inOrder(ops, filters, windows.windows.length, 'last')
  return sumOfPlaces(ops, views, turned, windows)
}

/**
 * A depthwise convolution: one filter a channel.
 *
 * Equation   g[b, p, c] = Σ_k h[b, s·p + d·k, c] W[c, k] + bias[c],  h' = σ(g)
 * Shapes     h [B, …S, C], weight [C, 1, …K], bias [C] -> h' [B, …P, C]
 * Gradient   dg = dh' ⊙ σ'(g);  dW[c, k] = Σ_{b, p} dg[b, p, c] h[b, s·p + d·k, c];  dbias = Σ_{b, p} dg;
 *            dh[b, x, c] = Σ_{s·p + d·k = x} dg[b, p, c] W[c, k]
 * Saved      h with what was put round it, g, h'
 * Errors     shape-mismatch
 * Source     Sifre 2014; Howard et al. 2017. Matches PyTorch 1.13 `nn.Conv2d(C, C, K, groups=C)` with the exceptions of
 *            `conv`. Several filters a channel are `conv` with `groups`.
 */
export const depthwise = defineLayer({
  name: 'depthwise',
  summary: 'One filter for each channel, sliding over images or series, then an activation.',
  arguments: { kernel: extent(), activation: activation({ default: 'linear' }) },
  options: {
    stride: extent({ default: 1 }),
    pad: padding({ words: ['valid', 'same', 'causal'] }),
    dilation: extent({ default: 1 }),
    bias: boolean({ default: true }),
    weights: initializer({ default: 'glorot-uniform' }),
  },
  shape: (config, [h]) => {
    const { positions, channels } = windowsFor(config, h)
    return [h[0] ?? 1, ...positions, channels]
  },
  init: (config, [h]) => {
    const { channels, windows } = windowsFor(config, h)
    const shape = [channels, 1, ...windows]
    const fan = sizeOf(windows)
    return {
      weight: { shape, initializer: config.weights, role: 'weight', fanIn: fan, fanOut: fan },
      bias: config.bias ? { shape: [channels], initializer: zeroBias, role: 'bias' } : undefined,
    }
  },
  forward: (ops, { weight, bias }, [input], config) => {
    const windows = windowsFor(config, input.shape)
    const padded = padAround(ops, input, windows)
    const filters = channelsLast(ops, weight)
    const product = sumOfPlaces(ops, windowsIn(ops, padded, windows), filters, windows)
    const g = bias === undefined ? product : ops.add(product, bias)
    const h = config.activation.forward(ops, g)
    return { g, h, saved: { padded, windows, g, h } }
  },
  backward: (ops, { weight, bias }, { padded, windows, g, h }, { dh }, { activation }) => {
    const dg = activation.backward(ops, { g, h }, dh) // eq. 76
    const views = windowsIn(ops, padded, windows)
    const meetings = ops.mul(views, besidePlaces(ops, dg, windows)) // [B, …P, …K, C]
    const dW = ops.sum(meetings, leadingAxes(dg)) // [...K, C]
    const last = dW.shape.length - 1
    const channelsFirst = ops.transpose(dW, [last, ...ones(windows).map((_, i) => i)])
    return {
      dg,
      dh: [inputGradient(ops, dg, channelsLast(ops, weight), windows)],
      gradients: {
        weight: ops.reshape(channelsFirst, weight.shape),
        bias: bias === undefined ? undefined : ops.sum(dg, leadingAxes(dg)),
      },
    }
  },
})
