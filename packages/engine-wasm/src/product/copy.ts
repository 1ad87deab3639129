/** One step of k of an operand that is packed: elements that lie side by side, or one by one. */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { type Element, vectorBytes } from './element.ts'

/** Copies `bytes` bytes as whole vectors, the last of which may reach behind them. */
export function copyRow(
  f: FunctionWriter,
  source: Local,
  offset: number,
  target: Local,
  bytes: number,
): void {
  for (let at = 0; at < bytes; at += vectorBytes) {
    f.get(target)
      .get(source)
      .memory('v128.load', offset + at)
      .memory('v128.store', at)
  }
}

/** Puts `count` elements, `side` bytes apart, side by side. */
export function gatherRow(
  f: FunctionWriter,
  { bytes, load, store }: Element,
  side: number,
  count: number,
  source: Local,
  target: Local,
): void {
  for (let i = 0; i < count; i++) {
    f.get(target)
      .get(source)
      .memory(load, i * side)
      .memory(store, i * bytes)
  }
}
