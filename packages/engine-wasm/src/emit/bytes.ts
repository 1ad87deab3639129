/** Moving bytes whose number is known when the module is made. */
import type { FunctionWriter, Local } from '../assembler/function.ts'

/** Above this, the host's own copy is as fast as a loop of vectors. */
const inlineLimit = 4096

/** Copies `bytes` bytes; the pointers stay as they are. */
export function copyBytes(f: FunctionWriter, to: Local, from: Local, bytes: number): void {
  if (bytes > inlineLimit) {
    f.get(to).get(from).i32(bytes).copyMemory()
    return
  }
  const blocks = Math.floor(bytes / 64)
  if (blocks > 1) {
    const [source, target] = [f.local('i32'), f.local('i32')]
    f.get(from).set(source).get(to).set(target)
    f.repeat(blocks, () => {
      copyShort(f, target, source, 0, 64)
      f.advance(source, 64).advance(target, 64)
    })
    copyShort(f, target, source, 0, bytes % 64)
    f.release(source, target)
    return
  }
  copyShort(f, to, from, 0, bytes)
}

function copyShort(f: FunctionWriter, to: Local, from: Local, start: number, end: number): void {
  const vector = f.local('v128')
  let at = start
  for (; end - at >= 16; at += 16) {
    f.get(to).get(from).memory('v128.load', at).memory('v128.store', at)
  }
  if (end - at >= 8) {
    f.get(from).memory('v128.load64_zero', at).set(vector)
    f.get(to).get(vector).memoryLane('v128.store64_lane', 0, at)
    at += 8
  }
  if (end - at >= 4) {
    f.get(to).get(from).memory('i32.load', at).memory('i32.store', at)
    at += 4
  }
  for (; at < end; at++) f.get(to).get(from).memory('i32.load8_u', at).memory('i32.store8', at)
  f.release(vector)
}
