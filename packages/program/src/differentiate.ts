/** Reverse mode as a function from a program to a program. */
import { backpropagate } from './backpropagate.ts'
import { notDifferentiable, programInvalid } from './errors.ts'
import { createOps } from './ops.ts'
import { replay } from './passes/rewrite.ts'
import type { Program } from './program.ts'
import type { Tensor, Trace } from './trace.ts'
import { formatType } from './types.ts'

/** What `differentiate` differentiates. */
export interface Differentiation {
  readonly entry: string
  /** An output of the entry that is a float scalar. */
  readonly output: string
  /** Names of states or inputs; where both have the name, the state is meant. */
  readonly wrt: readonly string[]
  /** The new entry's name; `<entry>/gradient` when left out. */
  readonly as?: string
}

/**
 * The program with one more entry, whose outputs are ∂output/∂w under the name of each `w` of `wrt`.
 *
 * Errors     not-differentiable (the output is no float scalar, or a `w` is an integer), program-invalid (no such name)
 */
export function differentiate(program: Program, request: Differentiation): Program {
  const { entry: name, output, wrt, as = `${name}/gradient` } = request
  const entry = find(program.entries, name, 'entry of the program')
  const { trace, tensor } = replay(entry)
  const of = tensor(find(entry.outputs, output, `output of \`${name}\``))
  if (of.shape.length > 0) {
    const came = formatType(of.type)
    throw notDifferentiable(
      `\`differentiate\` needs a scalar output, but \`${output}\` is ${came}; sum it first`,
    )
  }
  const ops = createOps(trace)
  const sources = wrt.map((source) => sourceNamed(program, source, trace))
  const gradients = backpropagate(ops, [{ of, cotangent: ops.constant(1, of.type) }], sources)
  const outputs = Object.fromEntries(wrt.map((source, i) => [source, gradients[i] ?? of]))
  return { ...program, entries: { ...program.entries, [as]: trace.entry(outputs) } }
}

function find<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (found === undefined) throw programInvalid(`\`${name}\` is no ${what}`)
  return found
}

function sourceNamed(program: Program, name: string, trace: Trace): Tensor {
  if (Object.hasOwn(program.state, name)) {
    return trace.source('state', name, find(program.state, name, 'state').type)
  }
  return trace.source('input', name, find(program.inputs, name, 'input or state'))
}
