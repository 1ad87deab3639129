/** The passes that every program goes through before an engine compiles it. */
import type { Entry, Program } from '../program.ts'
import { sharing } from './common-subexpressions.ts'
import { removeDeadInstructions } from './dead-code.ts'
import { folding } from './fold-constants.ts'
import { mapEntries, type Rewrite, rewriteEntry } from './rewrite.ts'

/** One round is nearly always enough; a second finds what is the same only after folding. */
const rounds = 8

/** A program of the same values with fewer instructions: folded, shared and pruned until nothing changes. */
export function optimise(program: Program): Program {
  return mapEntries(program, optimiseEntry)
}

function optimiseEntry(entry: Entry): Entry {
  let result = entry
  for (let round = 0; round < rounds; round++) {
    const before = result
    result = removeDeadInstructions(rewriteEntry(before, foldingAndSharing()))
    if (result === before) break
  }
  return result
}

/** Both on one way through the entry, which is half the work of a cold start's tracing. */
function foldingAndSharing(): Rewrite {
  const share = sharing()
  return (instruction, operands, trace) =>
    folding(instruction, operands, trace) ?? share(instruction, operands, trace)
}
