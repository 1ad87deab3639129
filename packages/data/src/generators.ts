/** Data sets made by a formula, for first experiments and tests. Coordinates are `x1` and `x2`. */
import { cos, sin } from '@chainrule/program'
import { DataError } from './errors.ts'
import { nearest } from './nearest.ts'
import { createRandom, type Random } from './random.ts'
import { shorten, type Table } from './table.ts'

/** What synthetic data take; what is left out has a default of its own. */
export interface GeneratorArguments {
  readonly points?: number
  /** Standard deviation of what is added to each coordinate (`plane`: to the target). */
  readonly noise?: number
  readonly classes?: number
  readonly seed?: number
}

/** A kind of synthetic data: what it is, what it takes, and what it makes. */
export interface Generator {
  readonly name: string
  /** One sentence for `help` and the language's hover. */
  readonly about: string
  readonly target: 'label' | 'y'
  readonly defaults: { readonly points: number; readonly noise: number; readonly classes?: number }
  /** The least and the most `classes`, where the data set takes any. */
  readonly classes?: readonly [number, number]
  /** Point i of `points`: its place and its target. */
  readonly point: (i: number, options: Required<GeneratorArguments>, random: Random) => Point
}

interface Point {
  readonly at: readonly [number, number]
  readonly target: number
}

const defaults = { points: 200, noise: 0.1 }
const turn = 2 * Math.PI
const pointsSite = 0x506f_696e

/** The point at `radius` and `angle` (radians). */
function polar(radius: number, angle: number): [number, number] {
  return [radius * cos(angle), radius * sin(angle)]
}

const xor: Generator = {
  name: 'xor',
  about: 'the corners of a square in turn, 1 where exactly one coordinate is 1',
  target: 'label',
  defaults: { points: 4, noise: 0 },
  point: (i) => ({ at: [(i >> 1) & 1, i & 1], target: ((i >> 1) ^ i) & 1 }),
}

const spiral: Generator = {
  name: 'spiral',
  about: 'arms that wind one and three quarter turns round each other, out to radius 5',
  target: 'label',
  defaults: { ...defaults, classes: 2 },
  classes: [2, 10],
  point: (i, { points, classes }) => {
    const along = (Math.floor(i / classes) + 1) / Math.ceil(points / classes)
    const target = i % classes
    return { at: polar(0.5 + 4.5 * along, turn * (1.75 * along + target / classes)), target }
  },
}

const circle: Generator = {
  name: 'circle',
  about: 'a disc of radius 2.5 inside a ring from 3.5 to 5',
  target: 'label',
  defaults,
  point: (i, _options, random) => {
    const inside = i % 2
    const radius = inside === 1 ? 2.5 * random.uniform() : 3.5 + 1.5 * random.uniform()
    return { at: polar(radius, turn * random.uniform()), target: inside }
  },
}

const moons: Generator = {
  name: 'moons',
  about: 'two half circles of radius 1 that reach into each other',
  target: 'label',
  defaults,
  point: (i, { points }) => {
    const target = i % 2
    const steps = Math.max(Math.ceil(points / 2) - 1, 1)
    const [x, y] = polar(1, (Math.PI * Math.floor(i / 2)) / steps)
    return { at: target === 0 ? [x, y] : [1 - x, 0.5 - y], target }
  },
}

const gauss: Generator = {
  name: 'gauss',
  about: 'clouds of standard deviation 1 on a circle of radius 3',
  target: 'label',
  defaults: { ...defaults, classes: 2 },
  classes: [2, 10],
  point: (i, { classes }, random) => {
    const target = i % classes
    const [x, y] = polar(3, turn * (target / classes + 0.125))
    return { at: [x + random.normal(), y + random.normal()], target }
  },
}

const plane: Generator = {
  name: 'plane',
  about: 'a regression: y = (x1 + x2) / 10 on the square from -6 to 6',
  target: 'y',
  defaults,
  point: (_i, _options, random) => {
    const at = [12 * random.uniform() - 6, 12 * random.uniform() - 6] as const
    return { at, target: (at[0] + at[1]) / 10 }
  },
}

/** By name; the language checks `data synthetic NAME(…)` against it. */
export const generators: ReadonlyMap<string, Generator> = new Map(
  [xor, spiral, circle, moons, gauss, plane].map((generator) => [generator.name, generator]),
)

/** What a generator takes where nothing is written; nothing of one that there is not. */
export function generatorDefaults(name: string): Readonly<Record<string, number>> {
  const generator = generators.get(name)
  return generator === undefined ? {} : { ...generator.defaults, seed: 0 }
}

const maxPoints = 10_000_000

/** A generated table with the columns `x1`, `x2` and its target. Errors: generator-unknown, generator-argument */
export function generate(name: string, given: GeneratorArguments = {}): Table {
  const generator = generators.get(name)
  if (generator === undefined) throw unknownGenerator(name)
  checkNames(generator, given)
  const options = { classes: 2, seed: 0, ...generator.defaults, ...given }
  checkArguments(generator, options, given)
  const random = createRandom(options.seed, pointsSite)
  const [x1, x2, targets]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < options.points; i++) {
    const { at, target } = generator.point(i, options, random)
    const onTarget = generator.target === 'y'
    x1.push(at[0] + (onTarget ? 0 : options.noise * random.normal()))
    x2.push(at[1] + (onTarget ? 0 : options.noise * random.normal()))
    targets.push(target + (onTarget ? options.noise * random.normal() : 0))
  }
  const positions = Int32Array.from({ length: options.points }, (_, i) => i + 1)
  return {
    kind: 'table',
    rows: options.points,
    columns: [
      { name: 'x1', cells: x1 },
      { name: 'x2', cells: x2 },
      { name: generator.target, cells: targets },
    ],
    origin: { file: name, counts: 'record', positions, quotable: true },
  }
}

function unknownGenerator(name: string): DataError {
  const names = [...generators.keys()]
  const near = nearest(name, names)
  const all = `there are ${names.map((each) => `\`${each}\``).join(', ')}`
  return new DataError('generator-unknown', `unknown synthetic data \`${name}\``, {
    help: near === undefined ? all : `did you mean \`${near}\`? ${all}`,
    data: { name, names, ...(near === undefined ? {} : { meant: near }) },
  })
}

const argumentNames = ['points', 'noise', 'classes', 'seed']

/** A name that means nothing is an error, never ignored. */
function checkNames({ name }: Generator, given: GeneratorArguments): void {
  const argument = Object.keys(given).find((each) => !argumentNames.includes(each))
  if (argument === undefined) return
  // One that is there already is not what was meant.
  const open = argumentNames.filter((each) => !Object.hasOwn(given, each))
  const near = nearest(argument, open)
  const all = `it takes ${argumentNames.map((each) => `\`${each}\``).join(', ')}`
  throw new DataError(
    'generator-argument',
    `\`${name}\` has no argument \`${shorten(argument)}\``,
    {
      help: near === undefined ? all : `did you mean \`${near}\`? ${all}`,
      data: { name, argument, ...(near === undefined ? {} : { meant: near }) },
    },
  )
}

function checkArguments(
  generator: Generator,
  { points, noise, classes, seed }: Required<GeneratorArguments>,
  given: GeneratorArguments,
): void {
  const refuse = (argument: string, required: string, came: number): never => {
    throw new DataError(
      'generator-argument',
      `\`${argument}\` of \`${generator.name}\` must be ${required}, not \`${came}\``,
      { data: { name: generator.name, argument, came } },
    )
  }
  if (!Number.isInteger(points) || points < 1 || points > maxPoints) {
    refuse('points', `a whole number from 1 to ${maxPoints}`, points)
  }
  if (!Number.isFinite(noise) || noise < 0) refuse('noise', 'a number from 0', noise)
  if (!Number.isSafeInteger(seed)) refuse('seed', 'a whole number', seed)
  const [least, most] = generator.classes ?? [2, 2]
  if (!Number.isInteger(classes) || classes < least || classes > most) {
    refuse(
      'classes',
      least === most ? String(least) : `a whole number from ${least} to ${most}`,
      classes,
    )
  }
  if (given.classes !== undefined && generator.target === 'y') {
    refuse('classes', 'left out, for it is a regression', given.classes)
  }
}
