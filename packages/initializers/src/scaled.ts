/**
 * Initializers whose variance suits the size of the layer, so that signals neither grow nor fade from layer to layer:
 * one rule for the variance each, drawn even or normal.
 */
import { defineInitializer, type InitializerPlugin } from '@chainrule/core'

interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}
type Variance = (fans: Fans) => number

// A layer without inputs has no weights, and 1 / 0 is no number for a program.
const inverse = (fan: number): number => 1 / Math.max(fan, 1)

/** 2 / (fanIn + fanOut), so that signals and gradients both keep their size where σ'(0) = 1. */
const glorotVariance: Variance = ({ fanIn, fanOut }) => 2 * inverse(fanIn + fanOut)
/** 2 / fanIn: `relu` takes half of the variance away, and this gives it back. */
const heVariance: Variance = ({ fanIn }) => 2 * inverse(fanIn)
/** 1 / fanIn, so that a sum of fanIn products keeps its size. */
const lecunVariance: Variance = ({ fanIn }) => inverse(fanIn)

/** Even between ±√(3 variance). */
function even(name: string, variance: Variance, rule: string): InitializerPlugin {
  return defineInitializer({
    name,
    summary: `Even, with the variance ${rule}.`,
    sample: (ops, { shape, random, ...fans }) => {
      const limit = Math.sqrt(3 * variance(fans))
      return ops.sub(ops.mul(random.uniform(shape), 2 * limit), limit)
    },
  })
}

/** Normal round 0, not truncated. */
function normal(name: string, variance: Variance, rule: string): InitializerPlugin {
  return defineInitializer({
    name,
    summary: `Normal, with the variance ${rule}.`,
    sample: (ops, { shape, random, ...fans }) =>
      ops.mul(random.normal(shape), Math.sqrt(variance(fans))),
  })
}

const glorotRule = '2 / (fan in + fan out)'
const heRule = '2 / fan in, for relu'
const lecunRule = '1 / fan in'

/**
 * Even between ±√(6 / (fanIn + fanOut)).
 *
 * Source     Glorot and Bengio 2010. Matches PyTorch 1.13 `xavier_uniform_` and Keras `GlorotUniform`.
 */
export const glorotUniform = even('glorot-uniform', glorotVariance, glorotRule)
/** `glorot-uniform` by its short name. */
export const glorot = even('glorot', glorotVariance, glorotRule)

/**
 * Normal with the variance 2 / (fanIn + fanOut).
 *
 * Source     Glorot and Bengio 2010. Matches PyTorch 1.13 `xavier_normal_`; Keras `GlorotNormal` is truncated.
 */
export const glorotNormal = normal('glorot-normal', glorotVariance, glorotRule)

/**
 * Even between ±√(6 / fanIn).
 *
 * Source     He et al. 2015. Matches PyTorch 1.13 `kaiming_uniform_(nonlinearity='relu')` and Keras `HeUniform`.
 */
export const heUniform = even('he-uniform', heVariance, heRule)

/**
 * Normal with the variance 2 / fanIn.
 *
 * Source     He et al. 2015. Matches PyTorch 1.13 `kaiming_normal_(nonlinearity='relu')`; Keras `HeNormal` is truncated.
 */
export const heNormal = normal('he-normal', heVariance, heRule)
/** `he-normal` by its short name. */
export const he = normal('he', heVariance, heRule)

/**
 * Even between ±√(3 / fanIn).
 *
 * Source     LeCun et al. 1998, Efficient BackProp. Matches Keras `LecunUniform`.
 */
export const lecunUniform = even('lecun-uniform', lecunVariance, lecunRule)

/**
 * Normal with the variance 1 / fanIn.
 *
 * Source     LeCun et al. 1998, Efficient BackProp. Keras `LecunNormal` is truncated.
 */
export const lecunNormal = normal('lecun-normal', lecunVariance, lecunRule)
/** `lecun-normal` by its short name. */
export const lecun = normal('lecun', lecunVariance, lecunRule)
