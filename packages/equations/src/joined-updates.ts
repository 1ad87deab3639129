/** The updates of weights and of their bias, which say the same, as those of the whole W. */
import { assemble } from '@chainrule/core'
import type { Symbols } from './symbols.ts'
import type { TrainingTrace } from './trace-training.ts'
import type { Equation } from './types.ts'

/** What the optimizer makes of a whole W; `undefined` where its weights and its bias are treated otherwise. */
export function asWhole(
  training: TrainingTrace,
  symbols: Symbols,
  whole: string,
  weights: readonly Equation[],
  bias: readonly Equation[],
): Equation[] | undefined {
  const pairs = weights.map((equation, i) => [equation, bias[i]] as const)
  const joiner = new Joiner(training, symbols, whole)
  const isAlike = pairs.every(
    ([a, b]) => a.latex === b?.latex && placesOf(a).every((p, i) => joiner.fits(p, placesOf(b)[i])),
  )
  if (!isAlike || weights.length !== bias.length) return undefined
  return pairs.map(([a, b]) => joiner.equation(a, b ?? a))
}

const placesOf = ({ left, reads }: Equation): readonly number[] => [left, ...reads]

class Joiner {
  readonly #training: TrainingTrace
  readonly #symbols: Symbols
  readonly #whole: string
  /** By the place of the weights' symbol. */
  readonly #joined = new Map<number, number>()

  constructor(training: TrainingTrace, symbols: Symbols, whole: string) {
    this.#training = training
    this.#symbols = symbols
    this.#whole = whole
  }

  /** Whether a symbol of the weights and one of the bias are one already, or are as weights and bias are. */
  fits(weights: number, bias: number | undefined): boolean {
    if (bias === undefined) return false
    const [matrix, column] = [this.#symbols.at(weights).shape, this.#symbols.at(bias).shape]
    return weights === bias || (matrix.length === 2 && String(matrix[0]) === String(column))
  }

  /** One equation in place of two. */
  equation(weights: Equation, bias: Equation): Equation {
    const places = placesOf(weights)
    const [left = weights.left, ...reads] = places.map((place, i) =>
      this.#join(place, placesOf(bias)[i] ?? place),
    )
    const { extents: _, ...rest } = weights
    const linked = rest.linked.replaceAll(
      /\{symbol=(\d+)\}/g,
      (_, place) => `{symbol=${this.#joined.get(Number(place)) ?? place}}`,
    )
    return { ...rest, left, reads, linked, value: this.#symbols.at(left).value }
  }

  #join(weights: number, bias: number): number {
    if (weights === bias) return weights
    const known = this.#joined.get(weights)
    if (known !== undefined) return known
    const { ops } = this.#training
    const [of, other] = [this.#symbols.at(weights), this.#symbols.at(bias)]
    const [matrix, column] = [ops.trace.tensor(of.value), ops.trace.tensor(other.value)]
    const tensor = ops.trace.within(undefined, () => assemble(ops, { matrix, column }))
    const place = this.#symbols.add(tensor, {
      name: this.#nameOf(of.name, other.name),
      latex: of.latex,
      isGradient: of.isGradient,
    })
    this.#symbols.addParts(place, { matrix, column }, [of.latex, other.latex])
    this.#joined.set(weights, place)
    return place
  }

  /** `dense1/next/weight/mean` and `dense1/next/bias/mean` as `dense1/next/W/mean`. */
  #nameOf(weights: string, bias: string): string {
    const other = bias.split('/')
    const parts = weights.split('/')
    return parts.map((part, i) => (part === other[i] ? part : this.#whole)).join('/')
  }
}
