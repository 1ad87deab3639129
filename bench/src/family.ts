/**
 * Networks that are not dense layers alone: the layers in the words that every peer builds from, what they are in our
 * language, and what they cost.
 */

/**
 * One layer. Convolutions keep height and width; a gated recurrent unit gives its last state; a transformer is causal attention
 * and two dense layers with gelu between, each behind a norm and beside a skip connection.
 */
export type FamilyLayer =
  | {
      readonly kind: 'conv'
      readonly filters: number
      readonly kernel: number
      readonly activation: 'relu'
    }
  | { readonly kind: 'max-pool'; readonly size: number }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'gru'; readonly units: number }
  | { readonly kind: 'embed'; readonly size: number; readonly dim: number }
  | { readonly kind: 'transformer'; readonly heads: number; readonly units: number }
  | { readonly kind: 'dense'; readonly units: number }

export interface Family {
  /** The shape of a row: height, width and channels, times and features, or the number of tokens. */
  readonly input: readonly number[]
  /** How many different tokens there are, where a row is made of them; each of its places then has a class. */
  readonly tokens?: number
  readonly layers: readonly FamilyLayer[]
}

type Shape = readonly number[]

interface Kind<L extends FamilyLayer> {
  /** The layer in our language. */
  text(layer: L, input: Shape): string
  output(layer: L, input: Shape): Shape
  /** Operations of each of its products for one row on the way forward; the first is that with its input. */
  flop(layer: L, input: Shape): number[]
}

type Kinds = { readonly [K in FamilyLayer['kind']]: Kind<Extract<FamilyLayer, { kind: K }>> }

const product = (sizes: Shape): number => sizes.reduce((all, size) => all * size, 1)

const kinds: Kinds = {
  conv: {
    text: ({ filters, kernel, activation }) =>
      `conv ${filters} ${kernel}x${kernel} ${activation} pad=same`,
    output: ({ filters }, [height = 0, width = 0]) => [height, width, filters],
    flop: ({ filters, kernel }, input) => [2 * product(input) * kernel * kernel * filters],
  },
  'max-pool': {
    text: ({ size }) => `max-pool ${size}x${size}`,
    output: ({ size }, [height = 0, width = 0, channels = 0]) => [
      Math.floor(height / size),
      Math.floor(width / size),
      channels,
    ],
    flop: () => [],
  },
  flatten: { text: () => 'flatten', output: (_, input) => [product(input)], flop: () => [] },
  gru: {
    text: ({ units }) => `gru ${units}`,
    output: ({ units }) => [units],
    flop: ({ units }, [times = 0, features = 0]) =>
      [features, units].map((inputs) => 2 * times * inputs * 3 * units),
  },
  embed: {
    text: ({ size, dim }) => `embed ${size} dim=${dim}`,
    output: ({ dim }, input) => [...input, dim],
    // Nothing is multiplied; as the first product it is the one without a gradient of the input.
    flop: () => [0],
  },
  transformer: {
    text: ({ heads, units }, input) =>
      `residual { norm -> attention heads=${heads} causal=true } -> residual { norm -> dense ${units} gelu -> dense ${input.at(-1)} }`,
    output: (_, input) => [...input],
    flop: ({ units }, [places = 0, dim = 0]) => [
      ...Array.from({ length: 4 }, () => 2 * places * dim * dim),
      ...Array.from({ length: 2 }, () => 2 * places * places * dim),
      ...Array.from({ length: 2 }, () => 2 * places * dim * units),
    ],
  },
  dense: {
    text: ({ units }) => `dense ${units}`,
    output: ({ units }, input) => [...input.slice(0, -1), units],
    flop: ({ units }, input) => [2 * product(input) * units],
  },
}

const kindOf = (layer: FamilyLayer): Kind<FamilyLayer> =>
  kinds[layer.kind] as unknown as Kind<FamilyLayer>

/** The chain of layers in our language. */
export function familyText(family: Family): string {
  return shapedLayers(family)
    .map(({ layer, input }) => kindOf(layer).text(layer, input))
    .join(' -> ')
}

/** Every layer with the shape of a row before it. */
export function shapedLayers({
  input,
  layers,
}: Family): { readonly layer: FamilyLayer; readonly input: Shape }[] {
  let shape: Shape = input
  return layers.map((layer) => {
    const before = shape
    shape = kindOf(layer).output(layer, before)
    return { layer, input: before }
  })
}

/** Classes of a row: one for each of its tokens, else one. */
export function placesOf({ family }: { readonly family?: Family | undefined }): number {
  return family?.tokens === undefined ? 1 : product(family.input)
}

/** Operations of each product for one row on the way forward. */
export function familyFlop(family: Family): number[] {
  return shapedLayers(family).flatMap(({ layer, input }) => kindOf(layer).flop(layer, input))
}
