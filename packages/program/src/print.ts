/**
 * A program as text, one line an instruction:
 *
 *     %3 = dot(%1, %2) contract=[1]×[1] : f32[B, 128]   // dense1/forward
 */
import type { Attributes, Primitive, WindowAttributes } from './primitives.ts'
import type { Entry, Instruction, Program } from './program.ts'
import { formatShape, formatType } from './types.ts'

/** More numbers of a constant than these are counted, not shown. */
const shownNumbers = 8

/** The whole program: its declarations, then its entries in their order. */
export function printProgram(program: Program): string {
  const inputs = Object.entries(program.inputs).map(
    ([name, type]) => `input ${name} : ${formatType(type)}`,
  )
  const state = Object.entries(program.state).map(
    ([name, { type, kind }]) => `state ${name} : ${formatType(type)}   // ${kind}`,
  )
  const head = [
    `program version=${program.version} maxBatch=${program.maxBatch}`,
    ...inputs,
    ...state,
  ]
  const entries = Object.entries(program.entries).map(([name, entry]) => printEntry(name, entry))
  return `${[head.join('\n'), ...entries.map((text) => text.trimEnd())].join('\n\n')}\n`
}

/** One entry: its instructions, then its outputs, updates and guard. */
export function printEntry(name: string, entry: Entry): string {
  const lines = [
    ...entry.instructions.map(printInstruction),
    ...Object.entries(entry.outputs).map(([output, id]) => `output ${output} = %${id}`),
    ...Object.entries(entry.updates).map(([state, id]) => `update ${state} = %${id}`),
    ...(entry.guard === undefined ? [] : [`guard %${entry.guard}`]),
  ]
  return [`entry ${name}`, ...lines.map((line) => `  ${line}`), ''].join('\n')
}

function printInstruction(instruction: Instruction, id: number): string {
  const { primitive, attributes, operands, type, scope } = instruction
  const list =
    operands.length === 0 ? '' : `(${operands.map((operand) => `%${operand}`).join(', ')})`
  const details = detailsOf(primitive, attributes)
  const what = [`${primitive}${list}`, ...(details === '' ? [] : [details])].join(' ')
  return `%${id} = ${what} : ${formatType(type)}${scope === undefined ? '' : `   // ${scope}`}`
}

function detailsOf<P extends Primitive>(primitive: P, attributes: Attributes[P]): string {
  return details[primitive](attributes)
}

function number(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function numbers(value: number | readonly number[]): string {
  if (typeof value === 'number') return number(value)
  const shown = value.slice(0, shownNumbers).map(number).join(', ')
  return value.length > shownNumbers ? `[${shown}, … ${value.length} numbers]` : `[${shown}]`
}

const pairs = (name: string, [left, right]: Attributes['dot']['batch']): string[] =>
  left.length === 0 ? [] : [`${name}=[${left.join(', ')}]×[${right.join(', ')}]`]

const windows = ({ axes, windows, strides, dilations }: WindowAttributes): string =>
  `axes=[${axes.join(', ')}] windows=[${windows.join(', ')}] strides=[${strides.join(', ')}] ` +
  `dilations=[${dilations.join(', ')}]`

const nothing = (): string => ''

/** What stands between the operands and the type. The type says shape and dtype already. */
const details: { readonly [P in Primitive]: (attributes: Attributes[P]) => string } = {
  constant: ({ value }) => numbers(value),
  input: ({ name }) => name,
  state: ({ name }) => name,
  iota: ({ axis }) => `axis=${axis}`,
  random: ({ site }) => `site=${site}`,
  cast: nothing,
  neg: nothing,
  abs: nothing,
  sign: nothing,
  floor: nothing,
  exp: nothing,
  expm1: nothing,
  log: nothing,
  log1p: nothing,
  sqrt: nothing,
  tanh: nothing,
  sigmoid: nothing,
  erf: nothing,
  sin: nothing,
  cos: nothing,
  not: nothing,
  add: nothing,
  sub: nothing,
  mul: nothing,
  div: nothing,
  pow: nothing,
  maximum: nothing,
  minimum: nothing,
  equal: nothing,
  less: nothing,
  lessEqual: nothing,
  and: nothing,
  or: nothing,
  select: nothing,
  dot: ({ contract, batch }) =>
    [...pairs('contract', contract), ...pairs('batch', batch)].join(' '),
  reshape: nothing,
  transpose: ({ permutation }) => `permutation=[${permutation.join(', ')}]`,
  broadcast: ({ axes }) => `axes=[${axes.join(', ')}]`,
  slice: ({ start }) => `start=${formatShape(start)}`,
  pad: ({ before, after, value }) =>
    `before=${formatShape(before)} after=${formatShape(after)} value=${number(value)}`,
  concat: ({ axis }) => `axis=${axis}`,
  sum: ({ axes }) => `axes=[${axes.join(', ')}]`,
  max: ({ axis }) => `axis=${axis}`,
  argmax: ({ axis }) => `axis=${axis}`,
  gather: nothing,
  scatterAdd: nothing,
  unfold: windows,
  fold: windows,
  allReduceSum: nothing,
}
