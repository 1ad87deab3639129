/** Convolution over images and series: the dense layer's equation, for every window with the same weights. */
import {
  activation,
  boolean,
  defineLayer,
  initializer,
  positiveInteger,
  type Shape,
  sizeOf,
} from '@chainrule/core'
import { leadingAxes, zeroBias } from './bias.ts'
import { type Convolution, convolve, inputGradient, weightGradient } from './convolve.ts'
import { causalAndPadded, unevenGroups } from './errors.ts'
import { extent, padding } from './extent.ts'
import { type Asked, padAround, windowsOn } from './windows.ts'

interface Config extends Omit<Asked, 'window' | 'argument'> {
  readonly filters: number
  readonly kernel: Asked['window']
  readonly groups: number
  readonly causal: boolean
}

function convolutionOn(config: Config, h: Shape): Convolution {
  const { filters, kernel, causal, pad, groups } = config
  if (causal && pad !== 'valid' && pad !== 'causal') throw causalAndPadded('conv')
  const asked: Asked = {
    ...config,
    argument: 'kernel',
    window: kernel,
    pad: causal ? 'causal' : pad,
  }
  const windows = windowsOn('conv', asked, h)
  const { channels } = windows
  if (channels % groups > 0 || filters % groups > 0)
    throw unevenGroups(groups, channels, filters, h)
  return { ...windows, groups }
}

/**
 * A convolution: filters of `kernel` places slide over an image [B, height, width, channels] or a series
 * [B, times, channels]; at every position each gives one number, then an activation.
 *
 * Equation   g[b, p, o] = Σ_{k, c} h[b, s·p + d·k, c] W[o, c, k] + bias[o],  h' = σ(g); s stride, d dilation
 * Shapes     h [B, …S, C], weight [O, C / groups, …K], bias [O] -> h' [B, …P, O], P = ⌊(S + pad − d(K − 1) − 1) / s⌋ + 1
 * Gradient   dg = dh' ⊙ σ'(g);  dW[o, c, k] = Σ_{b, p} dg[b, p, o] h[b, s·p + d·k, c];  dbias = Σ_{b, p} dg;
 *            dh[b, x, c] = Σ_{s·p + d·k = x} Σ_o dg[b, p, o] W[o, c, k], which for s = 1 is a convolution of dg with the
 *            filters turned round (see `convolve.ts`)
 * Saved      h with what was put round it, g, h'
 * Errors     shape-mismatch
 * Source     paper eq. 75–77 with W shared by the windows; LeCun et al. 1989. Matches PyTorch 1.13 `nn.Conv1d` and
 *            `nn.Conv2d`, whose names and order the weights have, except that channels come last in h, that `same` with
 *            a stride pads as Keras does (PyTorch refuses it), and that weights are drawn from `glorot-uniform` and
 *            biases are 0, as in Keras.
 */
export const conv = defineLayer({
  name: 'conv',
  summary:
    'Filters that slide over images or series, the same weights everywhere, then an activation.',
  arguments: {
    filters: positiveInteger(),
    kernel: extent(),
    activation: activation({ default: 'linear' }),
  },
  options: {
    stride: extent({ default: 1 }),
    pad: padding({ words: ['valid', 'same', 'causal'] }),
    causal: boolean({ default: false }),
    dilation: extent({ default: 1 }),
    groups: positiveInteger({ default: 1 }),
    bias: boolean({ default: true }),
    weights: initializer({ default: 'glorot-uniform' }),
  },
  shape: (config, [h]) => [h[0] ?? 1, ...convolutionOn(config, h).positions, config.filters],
  init: (config, [h]) => {
    const { filters, groups, bias, weights } = config
    const { windows, channels } = convolutionOn(config, h)
    const shape = [filters, channels / groups, ...windows]
    const fanOut = sizeOf(windows) * (filters / groups)
    return {
      weight: { shape, initializer: weights, role: 'weight', fanOut },
      bias: bias ? { shape: [filters], initializer: zeroBias, role: 'bias' } : undefined,
    }
  },
  forward: (ops, { weight, bias }, [input], config) => {
    const c = convolutionOn(config, input.shape)
    const padded = padAround(ops, input, c)
    const product = convolve(ops, padded, weight, c)
    const g = bias === undefined ? product : ops.add(product, bias)
    const h = config.activation.forward(ops, g)
    return { g, h, saved: { padded, c, g, h } }
  },
  backward: (ops, { weight, bias }, { padded, c, g, h }, { dh }, { activation }) => {
    const dg = activation.backward(ops, { g, h }, dh) // eq. 76
    return {
      dg,
      dh: [inputGradient(ops, dg, weight, c)], // eq. 77
      gradients: {
        weight: weightGradient(ops, dg, padded, c), // eq. 75
        bias: bias === undefined ? undefined : ops.sum(dg, leadingAxes(dg)),
      },
    }
  },
})
