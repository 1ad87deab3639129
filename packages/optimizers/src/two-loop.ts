/**
 * What L-BFGS knows of the curvature: the last steps s = W_(k+1) − W_k, each with the change of the gradient y that it
 * brought. n is the number of parameters.
 */

interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
  /** s·y, which is above 0. */
  readonly curvature: number
}

// Below this cosine between s and y a pair says nothing of the curvature but rounding.
const leastCosine = 1e-10

/** Σ a_i b_i. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** a + t b. */
export function along(a: Float64Array, t: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + t * (b[i] ?? 0))
}

export class Curvature {
  readonly #memory: number
  #pairs: Pair[] = []

  constructor(memory: number) {
    this.#memory = memory
  }

  get isEmpty(): boolean {
    return this.#pairs.length === 0
  }

  forget(): void {
    this.#pairs = []
  }

  /** Takes a pair in, and leaves the oldest out. A pair along which the function does not curve upwards says nothing. */
  remember(s: Float64Array, y: Float64Array): void {
    const curvature = dot(s, y)
    if (!(curvature > leastCosine * Math.sqrt(dot(s, s) * dot(y, y)))) return
    this.#pairs = [...this.#pairs, { s, y, curvature }].slice(-this.#memory)
  }

  /** d = −H ∂L/∂W, H the inverse of the Hessian as the pairs have it; −∂L/∂W where there is none. */
  direction(gradient: Float64Array): Float64Array {
    let q: Float64Array = gradient.map((value) => -value)
    const shares = this.#pairs.toReversed().map(({ s, y, curvature }) => {
      const share = dot(s, q) / curvature
      q = along(q, -share, y)
      return share
    })
    const last = this.#pairs.at(-1)
    if (last !== undefined) {
      const scale = last.curvature / dot(last.y, last.y)
      q = q.map((value) => scale * value)
    }
    this.#pairs.forEach(({ s, y, curvature }, i) => {
      const share = shares[this.#pairs.length - 1 - i] ?? 0
      q = along(q, share - dot(y, q) / curvature, s)
    })
    return q
  }
}
