/** For each generator a text that learns what it makes. */
import { examples } from '../state/examples.ts'

/** Of a generator that no example shows. */
const unshown: Readonly<Record<string, readonly [about: string, units: number]>> = {
  xor: ['The corners of a square in turn: no line parts them, so it takes a hidden layer.', 8],
  moons: ['Two half moons that reach into each other.', 8],
  gauss: ['Clouds round places of their own: a few units find the border.', 4],
}

const textOf = (name: string, about: string, units: number): string => `// ${about}
data synthetic ${name}(points=300, noise=0.1)

dense ${units} tanh -> dense 2

optimizer adam lr=0.01
train epochs=300 batch=32
metrics [accuracy, confusion]
`

/** By the generator's name. */
export const generatorTexts: ReadonlyMap<string, string> = new Map([
  ...Object.entries(unshown).map(([name, given]) => [name, textOf(name, ...given)] as const),
  ...examples
    .filter(({ shows }) => shows === 'data')
    .map(({ text }) => [/synthetic (\w+)/.exec(text)?.[1] ?? '', text] as const),
])
