/**
 * How often what a kernel makes has had to wait for every row. Where several threads share the rows out, each such wait is a
 * barrier, and a loop merged of two that waited differently would make one of them wait in vain.
 */
import { isRows } from '@chainrule/program'
import { type Buffer, type Kernel, type LoopKernel, placesOf } from './kernels.ts'

/** Follows kernels in their order. */
export class WaitCounter {
  readonly #waits = new Map<Buffer, number>()

  /** Takes note of what a kernel writes. */
  add(kernel: Kernel): void {
    const waits = this.#before(kernel) + (takesAllRows(kernel) ? 1 : 0)
    for (const { buffer } of placesOf(kernel).writes)
      this.#waits.set(buffer, Math.max(waits, this.#waits.get(buffer) ?? 0))
  }

  /** Whether one of two loops waits where the other does not, before it begins or in itself, or takes rows each by itself. */
  differ(a: LoopKernel, b: LoopKernel): boolean {
    return (
      a.reduced.length !== b.reduced.length ||
      takesAllRows(a) !== takesAllRows(b) ||
      this.#before(a) !== this.#before(b)
    )
  }

  /** Of the latest that a kernel reads. */
  #before(kernel: Kernel): number {
    const { reads } = placesOf(kernel)
    return Math.max(0, ...reads.map(({ buffer }) => this.#waits.get(buffer) ?? 0))
  }
}

/** Whether one element of what it writes is made of all rows; their number alone, a sum of a constant, is known to all. */
function takesAllRows(kernel: Kernel): boolean {
  switch (kernel.kind) {
    case 'loop':
      return (
        kernel.reduced.some((axis) => isRows(kernel.shape[axis] ?? 0)) &&
        placesOf(kernel).reads.length > 0
      )
    case 'product':
      return isRows(kernel.k)
    case 'scatter':
      return true
    case 'gather':
      return false
  }
}
