/** Waiting for the other threads, as functions of a module. */
import type { Callee, FunctionWriter, Local } from '../assembler/function.ts'
import type { ModuleWriter } from '../assembler/module.ts'
import { control, waiting } from './control.ts'

/** Ends the module's work where a thread has failed. */
function stopIfFailed(f: FunctionWriter): void {
  f.i32(0).memory('i32.atomic.load', control.failed)
  f.if(() => f.op('unreachable'))
}

/** The word at `address` is no longer `seen`. */
function hasChanged(f: FunctionWriter, address: number, seen: Local): void {
  f.i32(0).memory('i32.atomic.load', address).get(seen).op('i32.ne')
}

export interface Wait {
  /** Of the word that is waited for. */
  readonly address: number
  readonly seen: Local
  /** Looks before it sleeps. */
  readonly spins: number
  /** As long as it takes; else it gives up when nothing has happened for `patience` naps. */
  readonly forever: boolean
}

/** Waits until a word is no longer `seen`: looks again and again for a while, then sleeps. */
export function emitWait(f: FunctionWriter, { address, seen, spins, forever }: Wait): void {
  const left = f.local('i32')
  f.block(() => {
    f.i32(spins).set(left)
    f.loop(() => {
      hasChanged(f, address, seen)
      f.branchIf(1)
      f.get(left).i32(1).op('i32.sub').tee(left).branchIf(0)
    })
    f.i32(waiting.patience).set(left)
    f.i32(0).i32(1).memory('i32.atomic.rmw.add', control.sleepers).op('drop')
    f.block(() => {
      f.loop(() => {
        hasChanged(f, address, seen)
        f.branchIf(1)
        stopIfFailed(f)
        f.i32(0).get(seen).i64(BigInt(waiting.nap)).memory('memory.atomic.wait32', address)
        f.op('drop')
        if (forever) f.branch(0)
        else {
          f.get(left).i32(1).op('i32.sub').tee(left).branchIf(0)
          f.op('unreachable')
        }
      })
    })
    f.i32(0).i32(-1).memory('i32.atomic.rmw.add', control.sleepers).op('drop')
  })
  f.release(left)
}

/** Wakes whoever sleeps until the word at `address` changes. */
export function emitWake(f: FunctionWriter, address: number): void {
  f.i32(0).memory('i32.atomic.load', control.sleepers)
  f.if(() => f.i32(0).i32(-1).memory('memory.atomic.notify', address).op('drop'))
}

/** Returns when all `threads` threads have called it. */
export function defineBarrier(module: ModuleWriter, threads: number): Callee {
  const spins = waiting.spins(threads)
  return module.define({ parameters: [], results: [] }, (f) => {
    const seen = f.local('i32')
    f.i32(0).memory('i32.atomic.load', control.barrier).set(seen)
    f.i32(0)
      .i32(1)
      .memory('i32.atomic.rmw.add', control.arrived)
      .i32(threads - 1)
      .op('i32.eq')
    f.if(
      () => {
        f.i32(0).i32(0).memory('i32.atomic.store', control.arrived)
        f.i32(0).i32(1).memory('i32.atomic.rmw.add', control.barrier).op('drop')
        emitWake(f, control.barrier)
      },
      () => emitWait(f, { address: control.barrier, seen, spins, forever: false }),
    )
  })
}
