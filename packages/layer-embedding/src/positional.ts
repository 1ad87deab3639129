/** Where in a sequence a vector stands, told to layers that would not know. */
import {
  defineLayer,
  exp,
  formatShape,
  initializer,
  isRows,
  log,
  type Shape,
  shapeMismatch,
  word,
} from '@chainrule/core'

/** T places of C channels. */
function placesOf(h: Shape): readonly [places: number, channels: number] {
  const [, places, channels] = h
  if (h.length === 3 && places !== undefined && channels !== undefined) {
    if (!isRows(places) && !isRows(channels)) return [places, channels]
  }
  throw shapeMismatch(
    `\`positional\` needs a sequence of vectors, [B, places, channels], but got ${formatShape(h)}`,
    'put it behind `embed`, or behind a layer that keeps the places',
  )
}

/** The longest wave has 2π · 10000 places. */
const longest = 10_000

/** 1 / 10000^(2⌊c/2⌋ / C) for each channel c. */
function frequencies(channels: number): number[] {
  return Array.from({ length: channels }, (_, c) =>
    exp((-log(longest) * 2 * Math.floor(c / 2)) / channels),
  )
}

/**
 * Adds to each vector of a sequence what says where it stands: learnt vectors, or waves.
 *
 * Equation   h'ₜ = hₜ + Pₜ; P learnt, or Pₜ,₂ᵢ = sin(t / 10000^(2i/C)), Pₜ,₂ᵢ₊₁ = cos(t / 10000^(2i/C))
 * Shapes     h [B, T, C], weight P [T, C] where it is learnt -> h' [B, T, C]
 * Gradient   ∂L/∂h = ∂L/∂h';  ∂L/∂P = Σ over rows of ∂L/∂h'
 * Errors     shape-mismatch
 * Source     Vaswani et al. 2017, section 3.5 (waves); Gehring et al. 2017 (learnt). Matches PyTorch 1.13, which has no such
 *            layer: an `nn.Embedding` of `arange(T)` that is added, drawn from N(0, 0.05²) (PyTorch N(0, 1)), or the waves
 *            written out. Keras has it as KerasNLP `PositionEmbedding` and `SinePositionEncoding`, which give P alone.
 */
export const positional = defineLayer({
  name: 'positional',
  summary: 'Adds what says where in a sequence a vector stands.',
  arguments: { kind: word(['learnt', 'sinusoidal'], { default: 'learnt' }) },
  options: { weights: initializer({ default: 'normal' }) },
  shape: (_, [h]) => {
    placesOf(h)
    return h
  },
  init: ({ kind, weights }, [h]) => ({
    weight:
      kind === 'learnt'
        ? { shape: [...placesOf(h)], initializer: weights, role: 'embedding' as const }
        : undefined,
  }),
  forward: (ops, { weight }, [h]) => {
    if (weight !== undefined) return { h: ops.add(h, weight), saved: {} }
    const [places, channels] = placesOf(h.shape)
    const shape = [places, channels]
    const angle = ops.mul(
      ops.iota(shape, 0, ops.trace.float),
      ops.broadcastTo(ops.constant(frequencies(channels)), shape),
    )
    const isOdd = ops.constant(
      Array.from({ length: channels }, (_, c) => c % 2),
      { dtype: 'bool' },
    )
    const odd = ops.broadcastTo(isOdd, shape)
    return { h: ops.add(h, ops.select(odd, ops.cos(angle), ops.sin(angle))), saved: {} }
  },
  backward: (ops, { weight }, _saved, { dh }) => ({
    dh: [dh],
    gradients: { weight: weight === undefined ? undefined : ops.sum(dh, 0) },
  }),
})
