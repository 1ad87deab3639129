/** The module through which threads wait for commands and for each other between modules of entries. */
import type { Features } from '../assembler/function.ts'
import { type MemoryImport, ModuleWriter } from '../assembler/module.ts'
import { defineBarrier, emitWait, emitWake } from './barrier.ts'
import { control, waiting } from './control.ts'

export interface RuntimeFunctions {
  /** Returns when there is a command after the `seen`th, and gives its number. */
  awaitCommand(seen: number): number
  /** Lets all threads look at the command words. */
  announce(): void
  /** Returns when all threads have called it. */
  join(): void
}

export function runtimeModule(
  threads: number,
  memory: MemoryImport,
  features: Features,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter(features)
  const barrier = defineBarrier(module, threads)
  const spins = waiting.spins(threads)
  module.define({ parameters: [], results: [] }, (f) => f.call(barrier), 'join')
  module.define(
    { parameters: ['i32'], results: ['i32'] },
    (f) => {
      emitWait(f, { address: control.command, seen: 0, spins, forever: true })
      f.i32(0).memory('i32.atomic.load', control.command)
    },
    'awaitCommand',
  )
  module.define(
    { parameters: [], results: [] },
    (f) => {
      f.i32(0).i32(1).memory('i32.atomic.rmw.add', control.command).op('drop')
      emitWake(f, control.command)
    },
    'announce',
  )
  return module.toBytes(memory)
}
