/** Runs an entry of a case's program on given numbers. */
import { type Executable, sizeAt, type Values } from '@chainrule/program'

/** Elements by the names of a program's inputs and states. */
export type Feed = Readonly<Record<string, ArrayLike<number>>>

export interface Results {
  readonly outputs: Readonly<Record<string, Values>>
  /** The states that the entry replaces, afterwards. */
  readonly states: Readonly<Record<string, Values>>
}

/** Puts the feed in, runs the entry once, and copies what it leaves behind. */
export function run(executable: Executable, entry: string, rows: number, feed: Feed): Results {
  // An engine may move its memory at an entry's first run with a number of rows; `prepare` makes it do so before.
  executable.prepare?.(entry, rows)
  const { inputs, state } = executable.program
  for (const [name, values] of Object.entries(feed)) {
    if (Object.hasOwn(inputs, name)) executable.input(name).set(values)
    if (Object.hasOwn(state, name)) executable.state(name).set(values)
  }
  executable.run(entry, rows)
  const { instructions = [], outputs = {}, updates = {} } = executable.program.entries[entry] ?? {}
  const read = ([name, id]: readonly [string, number]): [string, Values] => {
    const size = sizeAt(instructions[id]?.type.shape ?? [], rows)
    return [name, executable.output(entry, name).slice(0, size)]
  }
  return {
    outputs: Object.fromEntries(Object.entries(outputs).map(read)),
    states: Object.fromEntries(
      Object.keys(updates).map((name) => [name, executable.state(name).slice()]),
    ),
  }
}
