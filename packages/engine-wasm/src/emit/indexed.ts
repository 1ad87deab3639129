/** Rows by index, as functions of the module. */
import { type Dimension, elementBytes, isRows } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { GatherKernel, ScatterKernel } from '../lower/kernels.ts'
import { copyBytes } from './bytes.ts'

/** A dimension on the stack. */
export function pushDimension(f: FunctionWriter, dimension: Dimension, rows: Local): void {
  if (!isRows(dimension)) f.i32(dimension)
  else if (dimension.rows === 1) f.get(rows)
  else f.get(rows).i32(dimension.rows).op('i32.mul')
}

function held(f: FunctionWriter, dimension: Dimension, bytes: number, rows: Local): Local {
  const local = f.local('i32')
  pushDimension(f, dimension, rows)
  f.i32(bytes).op('i32.mul').set(local)
  return local
}

/** Parameters: table, indices, out, rows. */
export function emitGather(f: FunctionWriter, { dtype, count, size, width }: GatherKernel): void {
  const [table, indices, out, rows] = [0, 1, 2, 3]
  const bytes = elementBytes[dtype]
  const [index, from] = [f.local('i32'), f.local('i32')]
  const rowBytes = held(f, width, bytes, rows)
  eachIndex(f, count, rows, () => {
    f.get(indices).memory('i32.load').tee(index).i32(size).op('i32.lt_u')
    f.if(
      () => {
        f.get(table).get(index).get(rowBytes).op('i32.mul').op('i32.add').set(from)
        if (isRows(width)) f.get(out).get(from).get(rowBytes).copyMemory()
        else copyBytes(f, out, from, width * bytes)
      },
      () => f.get(out).i32(0).get(rowBytes).fillMemory(),
    )
    f.advance(indices, 4).get(out).get(rowBytes).op('i32.add').set(out)
  })
}

/** Parameters: indices, updates, out, rows. */
export function emitScatter(f: FunctionWriter, { dtype, count, size, width }: ScatterKernel): void {
  const [indices, updates, out, rows] = [0, 1, 2, 3]
  const bytes = elementBytes[dtype]
  const rowBytes = held(f, width, bytes, rows)
  const [index, to] = [f.local('i32'), f.local('i32')]
  f.get(out).i32(0).get(rowBytes).i32(size).op('i32.mul').fillMemory()
  eachIndex(f, count, rows, () => {
    f.get(indices).memory('i32.load').tee(index).i32(size).op('i32.lt_u')
    f.if(
      () => {
        f.get(out).get(index).get(rowBytes).op('i32.mul').op('i32.add').set(to)
        addRow(f, dtype, to, updates, width, rows)
      },
      () => f.get(updates).get(rowBytes).op('i32.add').set(updates),
    )
    f.advance(indices, 4)
  })
}

/** Adds the elements at `from` to those at `to`, and moves both past them. */
function addRow(
  f: FunctionWriter,
  dtype: 'f32' | 'f64',
  to: Local,
  from: Local,
  width: Dimension,
  rows: Local,
): void {
  const lanes = dtype === 'f32' ? 4 : 2
  const bytes = elementBytes[dtype]
  if (!isRows(width)) {
    f.repeat(Math.floor(width / lanes), () => {
      f.get(to).get(to).memory('v128.load').get(from).memory('v128.load')
      f.op(dtype === 'f32' ? 'f32x4.add' : 'f64x2.add').memory('v128.store')
      f.advance(to, 16).advance(from, 16)
    })
  }
  const rest = f.local('i32')
  if (isRows(width)) pushDimension(f, width, rows)
  else f.i32(width % lanes)
  f.set(rest)
  f.repeat({ local: rest }, () => {
    f.get(to)
    if (dtype === 'f32') {
      f.get(to).memory('f32.load').get(from).memory('f32.load').op('f32.add').memory('f32.store')
    } else {
      f.get(to).memory('f64.load').get(from).memory('f64.load').op('f64.add').memory('f64.store')
    }
    f.advance(to, bytes).advance(from, bytes)
  })
  f.release(rest)
}

function eachIndex(f: FunctionWriter, count: Dimension, rows: Local, body: () => void): void {
  const local = f.local('i32')
  pushDimension(f, count, rows)
  f.set(local)
  f.repeat({ local }, body)
  f.release(local)
}
