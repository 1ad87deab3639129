/** What all passes share: an entry is recorded once more, and on the way each instruction may become something else. */
import { programInvalid } from '../errors.ts'
import type { Attributes, Primitive } from '../primitives.ts'
import type { Entry, Instruction, Program, ValueId } from '../program.ts'
import { type Tensor, Trace } from '../trace.ts'
import { sameType } from '../types.ts'

/**
 * Says what an instruction becomes: a tensor of the new trace, or undefined to keep it as it is.
 * `operands` are the instruction's operands in the new trace, rewritten already.
 */
export type Rewrite = (
  instruction: Instruction,
  operands: readonly Tensor[],
  trace: Trace,
) => Tensor | undefined

/** The entry recorded into a new trace, and the new tensor of each old instruction. */
export interface Replayed {
  readonly trace: Trace
  tensor(id: ValueId): Tensor
}

export function replay(
  { instructions }: Entry,
  rewrite: Rewrite = () => undefined,
  trace: Trace = new Trace(),
): Replayed {
  const tensors: Tensor[] = []
  const tensor = (id: ValueId): Tensor => {
    const found = tensors[id]
    if (found === undefined) throw programInvalid(`%${id} is used before it is defined`)
    return found
  }
  for (const instruction of instructions) {
    const operands = instruction.operands.map(tensor)
    const rewritten = trace.within(instruction.scope, () => rewrite(instruction, operands, trace))
    tensors.push(rewritten ?? trace.copy(instruction, operands))
  }
  return { trace, tensor }
}

export type Constant = Attributes['constant']

/** The constant that a tensor is, if it is one. */
export function constantOf(tensor: Tensor): Constant | undefined {
  return producerOf(tensor, 'constant')?.attributes
}

/** The instruction that a tensor comes from, if it is one of `primitive`. */
export function producerOf<P extends Primitive>(
  tensor: Tensor,
  primitive: P,
): Instruction<P> | undefined {
  const instruction = tensor.trace.instructions[tensor.id]
  return instruction !== undefined && isOf(instruction, primitive) ? instruction : undefined
}

function isOf<P extends Primitive>(
  instruction: Instruction,
  primitive: P,
): instruction is Instruction & Instruction<P> {
  return instruction.primitive === primitive
}

/** The entry with every instruction rewritten; the very same object where nothing changed. */
export function rewriteEntry(entry: Entry, rewrite: Rewrite): Entry {
  const { trace, tensor } = replay(entry, rewrite)
  const rename = (ids: Readonly<Record<string, ValueId>>): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, tensor(id)]))
  const guard = entry.guard === undefined ? undefined : tensor(entry.guard)
  const result = trace.entry(rename(entry.outputs), rename(entry.updates), guard)
  return isUnchanged(entry, result) ? entry : result
}

/** Every entry through a rewrite of its own; the very same program where nothing changed. */
export function rewriteProgram(program: Program, makeRewrite: (entry: Entry) => Rewrite): Program {
  return mapEntries(program, (entry) => rewriteEntry(entry, makeRewrite(entry)))
}

export function mapEntries(program: Program, change: (entry: Entry) => Entry): Program {
  const before = Object.entries(program.entries)
  const after = before.map(([name, entry]) => [name, change(entry)] as const)
  const changed = after.some(([, entry], i) => entry !== before[i]?.[1])
  return changed ? { ...program, entries: Object.fromEntries(after) } : program
}

function isUnchanged(before: Entry, after: Entry): boolean {
  return (
    before.instructions.length === after.instructions.length &&
    before.instructions.every((instruction, id) => isCopy(instruction, after.instructions[id])) &&
    sameIds(before.outputs, after.outputs) &&
    sameIds(before.updates, after.updates) &&
    before.guard === after.guard
  )
}

/** A copied instruction keeps its attributes object, so that nothing needs to be compared in depth. */
function isCopy(before: Instruction, after: Instruction | undefined): boolean {
  return (
    after !== undefined &&
    after.primitive === before.primitive &&
    sameType(after.type, before.type) &&
    (after.attributes === before.attributes || sourceName(after) === sourceName(before)) &&
    after.operands.every((operand, i) => operand === before.operands[i])
  )
}

/** A source's name; anything else is only like itself. */
function sourceName(instruction: Instruction): unknown {
  const { primitive, attributes } = instruction
  return primitive === 'input' || primitive === 'state' ? attributes.name : instruction
}

function sameIds(
  before: Readonly<Record<string, ValueId>>,
  after: Readonly<Record<string, ValueId>>,
): boolean {
  return Object.entries(before).every(([name, id]) => after[name] === id)
}
