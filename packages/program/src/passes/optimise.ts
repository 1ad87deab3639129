/** The passes that every program goes through before an engine compiles it. */
import type { Program } from '../program.ts'
import { shareCommonSubexpressions } from './common-subexpressions.ts'
import { removeDeadCode } from './dead-code.ts'
import { foldConstants } from './fold-constants.ts'

/** One round is nearly always enough; a second finds what sharing made equal. */
const rounds = 8

/** A program of the same values with fewer instructions: folded, shared and pruned until nothing changes. */
export function optimise(program: Program): Program {
  let result = program
  for (let round = 0; round < rounds; round++) {
    const before = result
    result = removeDeadCode(shareCommonSubexpressions(foldConstants(before)))
    if (result === before) break
  }
  return result
}
