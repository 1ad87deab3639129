/** The numbers that a case is run on, by the names of its program's inputs and states. */
import {
  firstRowInput,
  inputName,
  type ParameterSpec,
  parameterName,
  seedState,
  statisticName,
  stepState,
} from '@chainrule/core'
import { type Program, sizeAt, sizeOf, type TensorType } from '@chainrule/program'
import { asInput, type Domain } from './case.ts'
import { floats, type Numbers, numbersFrom, wholes } from './draw.ts'
import { cotangentName, directionName } from './program-of-case.ts'
import { rowsFirstOrder } from './rows-first.ts'
import type { Feed } from './run.ts'
import type { Subject } from './subject.ts'

/**
 * Numbers for every input and state, and cotangents and directions; `salt` gives others. Inputs without a domain of their own
 * lie between ±`spread`.
 */
export function drawFeed(subject: Subject, rows: number, salt: number, spread = 1): Feed {
  const numbers = numbersFrom(subject.seed + 1000 * salt)
  const inputs = drawInputs(subject, rows, numbers, { from: -spread, to: spread })
  const states = drawStates(subject, numbers)
  const cotangents = Object.entries(subject.outputShapes).map(([output, shape]) => [
    cotangentName(output),
    floats(numbers, sizeAt(rowsFirstOrder(shape).shape, rows)),
  ])
  const directions = subject.operands.map(({ source, shape }) => [
    directionName(source),
    floats(numbers, sizeAt(shape, rows)),
  ])
  return { ...inputs, ...states, ...Object.fromEntries([...cotangents, ...directions]) }
}

function drawInputs(subject: Subject, rows: number, numbers: Numbers, usual: Domain): Feed {
  const drawn = subject.inputs.map(({ index, input, shape }) => {
    const { domain = usual, below = 4, draw } = asInput(subject.tested.inputs[index] ?? [])
    const count = sizeAt(shape, rows)
    if (draw !== undefined) return [inputName(input.name), draw(numbers, count)] as const
    const values =
      input.dtype === 'f32'
        ? floats(numbers, count, domain)
        : wholes(numbers, count, input.dtype === 'bool' ? 2 : below)
    return [inputName(input.name), values] as const
  })
  return { [firstRowInput]: [0], ...Object.fromEntries(drawn) }
}

/** Parameters, running values, and where the random numbers stand. */
function drawStates(subject: Subject, numbers: Numbers): Feed {
  const { layer, tested, parameters, statistics } = subject
  const draw = (shape: readonly number[], domain: Domain): number[] =>
    floats(numbers, sizeAt(shape, 1), domain)
  return {
    [seedState]: [subject.seed],
    [stepState]: [7, 0],
    ...Object.fromEntries(
      Object.entries(parameters).map(([name, spec]) => [
        parameterName(layer.name, name),
        draw(spec.shape, tested.parameters?.[name] ?? domainOf(spec)),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(statistics).map(([name, { shape, initial }]) => [
        statisticName(layer.name, name),
        // From its first value upwards: a running variance stays positive.
        draw(shape, tested.statistics?.[name] ?? { from: initial, to: initial + 0.5 }),
      ]),
    ),
  }
}

/** Even between ±√(3 / fanIn), as LeCun draws weights, so that no activation behind them is saturated. */
function domainOf({ shape, fanIn }: ParameterSpec): Domain {
  const terms = fanIn ?? sizeOf(shape.slice(1))
  const to = Math.min(1, Math.sqrt(3 / Math.max(1, terms)))
  return { from: -to, to }
}

/** The feed of the rows from `from` up to `to`: inputs and cotangents are cut, all else stays. */
export function shardOf(
  program: Program,
  feed: Feed,
  rows: number,
  from: number,
  to: number,
): Feed {
  const cut = Object.entries(feed).map(([name, values]) => {
    const type: TensorType | undefined = program.inputs[name]
    const first = type?.shape[0]
    if (first === undefined || typeof first === 'number') return [name, values] as const
    const width = values.length / rows
    return [name, Array.from(values).slice(from * width, to * width)] as const
  })
  return { ...Object.fromEntries(cut), [firstRowInput]: [from] }
}
