/** Colours of classes and of signed numbers, the same in every picture; they differ in brightness too, not in hue alone. */
export type Colour = readonly [red: number, green: number, blue: number]

/** Okabe and Ito's, made for all kinds of colour vision. */
const classes: readonly Colour[] = [
  [230, 130, 0],
  [20, 110, 200],
  [0, 150, 110],
  [205, 110, 170],
  [213, 80, 0],
  [80, 170, 225],
  [190, 170, 20],
  [120, 90, 200],
  [110, 110, 110],
  [150, 75, 40],
]

export const classColour = (k: number): Colour => classes[k % classes.length] ?? [128, 128, 128]

const white: Colour = [244, 245, 247]

/** From the first class's colour over white to the second's, for a value from -1 to 1. */
export function signedColour(value: number): Colour {
  const strength = Math.min(1, Math.abs(value))
  return mix(white, classColour(value < 0 ? 0 : 1), strength)
}

export function mix(from: Colour, to: Colour, share: number): Colour {
  const at = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * share)
  return [at(0), at(1), at(2)]
}

/** Each class's colour by its probability, paler where the model is less sure. */
export function mixedColour(probabilities: ArrayLike<number>): Colour {
  let [best, second] = [0, 0]
  let k = 0
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] ?? 0
    if (p > best) [second, best, k] = [best, p, i]
    else if (p > second) second = p
  }
  return mix(white, classColour(k), 0.15 + 0.6 * (best - second))
}

export const css = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`
