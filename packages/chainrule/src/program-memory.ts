/** What a program that comes from a file may ask for, counted before anything is allocated. */
import { elementBytes, type Program, sizeAt, type TensorType } from '@chainrule/program'
import { modelFileInvalid } from './errors.ts'
import { bytes } from './quantities.ts'

/** Bytes that a program is given for a batch, if it can do with fewer rows. */
const enough = 2 ** 28
/** Bytes that one row may need. */
const most = 2 ** 30

/** What a program needs at the least: its states and inputs, and the largest value between them. */
function leastBytes({ state, inputs, entries }: Program, rows: number): number {
  const of = ({ dtype, shape }: TensorType): number => elementBytes[dtype] * sizeAt(shape, rows)
  const held = [...Object.values(state).map(({ type }) => type), ...Object.values(inputs)]
  let largest = 0
  for (const { instructions } of Object.values(entries))
    for (const { type } of instructions) largest = Math.max(largest, of(type))
  return held.reduce((sum, type) => sum + of(type), largest)
}

/**
 * The program for as many rows at once as it may have memory for. How many that are decides nothing but how data are cut, so a
 * small file that asks for large batches gets smaller ones; one that needs too much for a single row is refused.
 */
export function withinBounds(program: Program): Program {
  let { maxBatch } = program
  while (maxBatch > 1 && leastBytes(program, maxBatch) > enough) maxBatch = Math.ceil(maxBatch / 2)
  const needed = leastBytes(program, maxBatch)
  if (needed > most)
    throw modelFileInvalid(
      `its program needs ${bytes(needed)} for a single row, more than ${bytes(most)}`,
    )
  return maxBatch === program.maxBatch ? program : { ...program, maxBatch }
}
