/** The passes that every program goes through before an engine compiles it. */
import type { Entry, Program } from '../program.ts'
import { sharing } from './common-subexpressions.ts'
import { removeDeadInstructions } from './dead-code.ts'
import { folding } from './fold-constants.ts'
import { mapEntries, type Rewrite, rewriteEntry } from './rewrite.ts'

/** One round is nearly always enough; another finds what can be folded or is the same only after folding. */
const rounds = 8

/** A program of the same values with fewer instructions: folded, shared and pruned until nothing changes. */
export function optimise(program: Program): Program {
  return mapEntries(program, optimiseEntry)
}

function optimiseEntry(entry: Entry): Entry {
  let result = entry
  for (let round = 0; round < rounds; round++) {
    const { rewrite, isDone } = foldingAndSharing()
    result = removeDeadInstructions(rewriteEntry(result, rewrite))
    if (isDone()) break
  }
  return result
}

/**
 * Both on one way through the entry, which is half the work of a cold start's tracing. Every instruction is looked at with
 * its operands as they will be, so that another round finds nothing, unless folding made an instruction itself.
 */
function foldingAndSharing(): { readonly rewrite: Rewrite; isDone(): boolean } {
  const share = sharing()
  let done = true
  const rewrite: Rewrite = (instruction, operands, trace) => {
    const { length } = trace.instructions
    const folded = folding(instruction, operands, trace)
    if (folded === undefined) return share(instruction, operands, trace)
    const made = folded.id < length ? undefined : trace.instructions[folded.id]
    // A constant cannot be folded further, and what it was made of is dead.
    if (made?.primitive === 'constant') return share(made, [], trace)
    if (made !== undefined) done = false
    return folded
  }
  return { rewrite, isDone: () => done }
}
