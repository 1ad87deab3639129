/** The equations of an output's loss: where every gradient begins. */
import { targetName } from '@chainrule/core'
import type { Instruction, Tensor, ValueId } from '@chainrule/program'
import type { Label } from './labels.ts'
import { partial, type Root } from './name-layer.ts'
import { scopeOf } from './scope.ts'
import { Symbols } from './symbols.ts'
import { type Named, tell } from './tell.ts'
import type { TrainingTrace } from './trace-training.ts'
import type { Equation } from './types.ts'

const bold = (name: string): string => `\\mathbf{${name}}`
const meanNote = 'Of the mean over the rows: the paper has one row alone.'

/** ℓ of each row and ∂L/∂f of one output; `prefix` begins the names of their values. */
export function headEquations(
  { ops, step }: TrainingTrace,
  head: string,
  prefix: string,
): { readonly equations: Equation[]; readonly symbols: Symbols; readonly loss: string } {
  const at = step.heads.findIndex((each) => each.head.name === head)
  const [output, df] = [step.heads[at], step.seeds[at]?.gradient]
  if (output === undefined || df === undefined)
    throw new Error(`internal: no loss \`${head}\` in this graph`)
  const { instructions } = ops.trace
  const symbols = new Symbols()
  const add = (tensor: Tensor, name: string, latex: string, isGradient = false): number =>
    symbols.add(tensor, { name: `${prefix}/${name}`, latex, isGradient })
  add(output.f, 'f', bold('f'))
  add(output.target, 'y', bold('y'))
  nameSources(output.head.name, symbols, add, instructions, (id) => ops.trace.tensor(id))
  const roots: Root[] = [
    {
      part: 'forward',
      role: 'other',
      tensor: output.values,
      left: add(output.values, 'values', '\\ell'),
    },
    {
      part: 'backward',
      role: 'other',
      tensor: df,
      left: add(df, 'df', partial(bold('f')), true),
    },
  ]
  const scopes = new Set([`${head}/loss`, `${head}/loss/backward`, ''])
  const scope = scopeOf(instructions, scopes)
  const named: Named = { symbols, dh: undefined, dhPlace: -1 }
  const labelOf = ({ tensor: { id } }: Root): Label => {
    const [f, y] = [output.f.id, output.target.id]
    if (id === output.values.id && isSquare(id, f, y, instructions)) return { number: 42 }
    return id === df.id && isTwice(id, f, y, instructions) ? { number: 44, note: meanNote } : {}
  }
  const tensorOf = (id: ValueId): Tensor => ops.trace.tensor(id)
  const equations = tell(roots, named, scope, labelOf, { prefix, tensorOf })
  return { equations, symbols, loss: output.head.loss?.name ?? '' }
}

/** What the loss reads of the data and of the preprocessing: weights of rows, the target's mean and deviation. */
function nameSources(
  head: string,
  symbols: Symbols,
  add: (tensor: Tensor, name: string, latex: string) => number,
  instructions: readonly Instruction[],
  tensorOf: (id: ValueId) => Tensor,
): void {
  instructions.forEach(({ primitive, attributes }, id) => {
    if (primitive !== 'input' && primitive !== 'state') return
    const [kind = '', of, what = kind] = attributes.name.split('/')
    if (of !== head || symbols.has(id) || attributes.name === targetName(head)) return
    if (kind === 'weight') add(tensorOf(id), 'weight', bold('w'))
    if (kind === 'target') add(tensorOf(id), what, what === 'mean' ? '\\mu_{y}' : '\\sigma_{y}')
  })
}

const operandsOf = (
  id: ValueId,
  primitive: Instruction['primitive'],
  instructions: readonly Instruction[],
): readonly ValueId[] =>
  instructions[id]?.primitive === primitive ? (instructions[id]?.operands ?? []) : []

/** Whether a value is f − y, or y − f. */
function isDifference(
  id: ValueId,
  f: ValueId,
  y: ValueId,
  instructions: readonly Instruction[],
): boolean {
  const [left = -1, right = -1] = operandsOf(id, 'sub', instructions)
  return (left === f && right === y) || (left === y && right === f)
}

/** Whether ℓ is |y − f|² (eq. 42). */
function isSquare(
  id: ValueId,
  f: ValueId,
  y: ValueId,
  instructions: readonly Instruction[],
): boolean {
  const [square = -1] = operandsOf(id, 'sum', instructions)
  const [left = -1, right = -2] = operandsOf(square, 'mul', instructions)
  return left === right && isDifference(left, f, y, instructions)
}

/** Whether ∂L/∂f is 2 (f − y), times what the mean divides by (eq. 44). */
function isTwice(
  id: ValueId,
  f: ValueId,
  y: ValueId,
  instructions: readonly Instruction[],
): boolean {
  const [, twice = -1] = operandsOf(id, 'mul', instructions)
  const [difference = -1, two = -1] = operandsOf(twice, 'mul', instructions)
  const factor = instructions[two]
  const isTwo = factor?.primitive === 'constant' && factor.attributes.value === 2
  return isTwo && isDifference(difference, f, y, instructions)
}
