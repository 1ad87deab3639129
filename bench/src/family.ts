/**
 * Networks that are not dense layers alone: the layers in the words that every peer builds from, what they are in our
 * language, and what they cost.
 */

/** One layer. Convolutions keep height and width; a gated recurrent unit gives its last state. */
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
  | { readonly kind: 'dense'; readonly units: number }

export interface Family {
  /** The shape of a row: height, width and channels, or times and features. */
  readonly input: readonly number[]
  readonly layers: readonly FamilyLayer[]
}

type Shape = readonly number[]

interface Kind<L extends FamilyLayer> {
  /** The layer in our language. */
  text(layer: L): string
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
  dense: {
    text: ({ units }) => `dense ${units}`,
    output: ({ units }, input) => [...input.slice(0, -1), units],
    flop: ({ units }, input) => [2 * product(input) * units],
  },
}

const kindOf = (layer: FamilyLayer): Kind<FamilyLayer> =>
  kinds[layer.kind] as unknown as Kind<FamilyLayer>

/** The chain of layers in our language. */
export function familyText({ layers }: Family): string {
  return layers.map((layer) => kindOf(layer).text(layer)).join(' -> ')
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

/** Operations of each product for one row on the way forward. */
export function familyFlop(family: Family): number[] {
  return shapedLayers(family).flatMap(({ layer, input }) => kindOf(layer).flop(layer, input))
}
