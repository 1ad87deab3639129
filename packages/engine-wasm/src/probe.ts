/** Every result of an entry, one after the other: for finding where a value stops being finite. */
import type { Entry, Instruction, Values } from '@chainrule/program'

/** Returns true to stop. */
export type Visit = (instruction: Instruction, values: Values) => boolean | undefined

/**
 * Shows what each instruction gives when the entry runs without replacing any state. All results are outputs of the entry
 * that `run` is given, so they are all there at once.
 */
export function probeEntry(
  { instructions }: Entry,
  visit: Visit,
  run: (probed: Entry) => (output: string) => Values,
): void {
  const outputs = Object.fromEntries(instructions.map((_, id) => [String(id), id]))
  const output = run({ instructions, outputs, updates: {} })
  for (const [id, instruction] of instructions.entries()) {
    if (visit(instruction, output(String(id))) === true) return
  }
}
