/** A thread's share of the rows and of units, in the code of an entry. */
import type { FunctionWriter, Local } from '../assembler/function.ts'

/** The locals of an entry's `run`: its parameters, and the share of the rows where there are several threads. */
export interface RunLocals {
  readonly rows: Local
  readonly thread: Local
  /** 0 once a guard was not finite. */
  readonly finite: Local
  /** The first of this thread's rows, and how many they are. */
  readonly firstRow: Local
  readonly rowCount: Local
}

/** Rows go to threads in runs of a multiple of this, so that few vectors are cut. */
const rowQuantum = 4

/** Finds this thread's rows. */
export function emitRowShare(
  f: FunctionWriter,
  threads: number,
  locals: Omit<RunLocals, 'finite'>,
): void {
  const { rows, thread, firstRow, rowCount } = locals
  const run = f.local('i32')
  const lesser = (x: Local, y: Local): FunctionWriter =>
    f.get(x).get(y).get(x).get(y).op('i32.lt_s').op('select')
  f.get(rows)
    .i32(threads - 1)
    .op('i32.add')
    .i32(threads)
    .op('i32.div_u')
  f.i32(rowQuantum - 1)
    .op('i32.add')
    .i32(-rowQuantum)
    .op('i32.and')
    .set(run)
  f.get(run).get(thread).op('i32.mul').set(firstRow)
  lesser(firstRow, rows).set(firstRow)
  f.get(rows).get(firstRow).op('i32.sub').set(rowCount)
  lesser(run, rowCount).set(rowCount)
  f.release(run)
}

/** The first of a thread's units, and the first of the next thread's. */
export interface UnitShare {
  readonly from: Local
  readonly to: Local
}

/** Finds a thread's units, in locals that the caller releases. */
export function emitUnitShare(
  f: FunctionWriter,
  units: number,
  threads: number,
  thread: Local,
): UnitShare {
  const bound = (next: number): Local => {
    const local = f.local('i32')
    f.get(thread).i32(next).op('i32.add').i32(units).op('i32.mul').i32(threads)
    f.op('i32.div_u').set(local)
    return local
  }
  return { from: bound(0), to: bound(1) }
}
