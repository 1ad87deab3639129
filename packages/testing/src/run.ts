/** Runs an entry of a case's program on given numbers. */
import { type Executable, type Program, type Shape, shapeAt, sizeOf } from '@chainrule/program'

/** Elements by the names of a program's inputs and states. */
export type Feed = Readonly<Record<string, ArrayLike<number>>>

/** A tensor as a run left it. */
export interface Measured {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** What a run left behind, by name. */
export type Results = Readonly<Record<string, Measured>>

/** Puts the feed in, runs the entry once, and copies its outputs and the states that it replaces. */
export function run(executable: Executable, entry: string, rows: number, feed: Feed): Results {
  // An engine may move its memory at an entry's first run with a number of rows; `prepare` makes it do so before.
  executable.prepare?.(entry, rows)
  const { inputs, state, entries } = executable.program
  for (const [name, values] of Object.entries(feed)) {
    if (Object.hasOwn(inputs, name)) executable.input(name).set(values)
    if (Object.hasOwn(state, name)) executable.state(name).set(values)
  }
  executable.run(entry, rows)
  const { instructions = [], outputs = {}, updates = {} } = entries[entry] ?? {}
  const measured = (id: number, values: (size: number) => ArrayLike<number>): Measured => {
    const shape = shapeAt(instructions[id]?.type.shape ?? [], rows)
    return { shape, values: values(sizeOf(shape)) }
  }
  return Object.fromEntries([
    ...Object.entries(outputs).map(([name, id]) => [
      name,
      measured(id, (size) => executable.output(entry, name).slice(0, size)),
    ]),
    ...Object.entries(updates).map(([name, id]) => [
      name,
      measured(id, () => executable.state(name).slice()),
    ]),
  ])
}

/** What the program declares of an input or a state of that name. */
export function declaredShape({ inputs, state }: Program, name: string): Shape | undefined {
  return Object.hasOwn(inputs, name) ? inputs[name]?.shape : state[name]?.type.shape
}

/** The elements of a result; none where the run had no such output. */
export function elementsOf(results: Results, name: string): ArrayLike<number> {
  return results[name]?.values ?? []
}
