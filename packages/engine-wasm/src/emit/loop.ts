/**
 * A loop as a function of the module: `(address of each pointer, rows)`.
 *
 * Its nest of levels is walked with pointers that move along with the indices and back when a level is done; accesses
 * that move alike share one. What does not change within a level is computed before it.
 */
import { type Dimension, isRows } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { LoopKernel } from '../lower/kernels.ts'
import { pushDimension } from './indexed.ts'
import { isEmpty, type Level, nestOf } from './nest.ts'
import { LoopNodes, type LoopSite, oneFour, type Width } from './nodes.ts'
import { type Pointers, unitOf } from './pointers.ts'
import { type Accumulator, acrossLanes, begin, partsOf, rounded, take } from './reductions.ts'
import { type Lanes, made } from './value.ts'

/** Vector registers for the sums that are kept side by side; the others hold what is added. */
const sumRegisters = 8
/** Four fours of float32 are a line of the cache: with fewer, each line is fetched several times. */
const mostFours = 4
/** Accumulators of a largest element. */
const mostChains = 4

class LoopEmitter {
  readonly #f: FunctionWriter
  readonly #kernel: LoopKernel
  readonly #nest: readonly Level[]
  readonly #pointers: Pointers
  readonly #rows: Local
  readonly #nodes: LoopNodes
  /** For each of the fours side by side, one for each reduction. */
  #accumulators: readonly (readonly Accumulator[])[] = []
  /** The level of which only a share is walked; its count is the parameter after the rows. */
  readonly #shared: number | undefined
  /** For argmax, the index along the reduced axis. */
  #position: Local | undefined

  constructor(site: LoopSite, kernel: LoopKernel, pointers: Pointers, shared: number | undefined) {
    this.#f = site.f
    this.#kernel = kernel
    this.#nest = nestOf(kernel)
    this.#pointers = pointers
    this.#rows = pointers.leaders.length
    this.#shared = shared
    const setting = { nest: this.#nest, pointers, rows: pointers.leaders.length }
    this.#nodes = new LoopNodes(site, kernel, setting)
  }

  emit(): void {
    this.#nodes.compute(-1, oneFour)
    this.#level(0, this.#nest.some(({ vector }) => vector) ? oneFour : { ...oneFour, lanes: 1 })
  }

  // Levels

  /** Whether the results of the reductions are complete when the levels from `depth` on are done. */
  #isBoundary(depth: number): boolean {
    const { reductions } = this.#kernel
    const before = this.#nest[depth - 1]
    return reductions.length > 0 && before?.reduced !== true && this.#nest[depth]?.reduced !== false
  }

  #level(depth: number, width: Width): void {
    if (!this.#isBoundary(depth)) {
      this.#walk(depth, width)
      return
    }
    this.#beginReductions(width)
    this.#walk(depth, width)
    this.#finishReductions(width)
  }

  #walk(depth: number, width: Width): void {
    const level = this.#nest[depth]
    if (level === undefined) {
      this.#body(width)
      return
    }
    if (level.vector) this.#byFours(depth, level)
    else this.#oneByOne(depth, level, width)
    if (depth > 0) this.#rewind(depth, level)
  }

  #oneByOne(depth: number, level: Level, width: Width): void {
    const position = this.#startPosition(level)
    this.#repeat(depth, () => {
      this.#nodes.compute(depth, width)
      this.#level(depth + 1, width)
      this.#advance(level, 1)
      if (position !== undefined) this.#f.advance(position, 1)
    })
  }

  #byFours(depth: number, level: Level): void {
    const f = this.#f
    const step = (lanes: Lanes, fours = 1): void => {
      this.#nodes.compute(depth, { lanes, fours })
      this.#level(depth + 1, { lanes, fours })
      this.#advance(level, lanes === 4 ? 4 * fours : lanes)
    }
    if (this.#mustGoSingly(level)) {
      const position = this.#startPosition(level)
      this.#repeat(depth, () => {
        step(1)
        if (position !== undefined) f.advance(position, 1)
      })
      return
    }
    const fours = this.#foursBeside(depth, level)
    const { size } = level
    if (!isRows(size) && depth !== this.#shared) {
      const whole = Math.floor(size / 4)
      f.repeat(Math.floor(whole / fours), () => step(4, fours))
      if (whole % fours > 0) step(4, whole % fours)
      if (size % 4 > 0) step((size % 4) as Lanes)
      return
    }
    const count = f.local('i32')
    if (fours > 1) {
      this.#pushCount(depth)
      f.i32(4 * fours)
        .op('i32.div_u')
        .set(count)
      f.repeat({ local: count }, () => step(4, fours))
    }
    this.#pushCount(depth)
    if (fours > 1) f.i32(4 * fours).op('i32.rem_u')
    f.i32(2).op('i32.shr_u').set(count)
    f.repeat({ local: count }, () => step(4))
    this.#pushCount(depth)
    f.i32(3).op('i32.and').set(count)
    f.repeat({ local: count }, () => step(1))
    f.release(count)
  }

  /**
   * How many fours of a level are done side by side. Where each has results of its own that are reduced over all the levels
   * within, so that a walk over these takes in whole lines of the cache. And where a level is begun again and again and
   * nothing is reduced, because for a row of sixteen the loop costs as much as its body; not as much as that of a draw,
   * which is hundreds of instructions.
   */
  #foursBeside(depth: number, { reduced, strides }: Level): number {
    const { reductions, nodes } = this.#kernel
    const within = this.#nest[depth + 1]
    if (strides.some(isRows)) return 1
    if (reductions.length === 0) {
      const isShort = within === undefined && depth > 0 && !nodes.some(({ op }) => op === 'draw')
      return isShort ? mostFours : 1
    }
    if (reduced) return within === undefined ? this.#chains : 1
    if (within?.reduced !== true) return 1
    const parts = reductions.map(({ primitive, node }) =>
      partsOf(primitive, nodes[node]?.dtype ?? 'f32'),
    )
    const registers = parts.reduce((sum, count) => sum + count, 0)
    return Math.min(mostFours, Math.max(1, Math.floor(sumRegisters / registers)))
  }

  /**
   * How many accumulators a reduction has for one result. A largest element is the same in any order, so that the next need
   * not wait for the one before; sums are added up in theirs.
   */
  get #chains(): number {
    const { size } = this.#nest.find(({ vector }) => vector) ?? { size: 1 }
    const isOrdered = this.#kernel.reductions.some(({ primitive }) => primitive !== 'max')
    return isOrdered || isRows(size) ? 1 : Math.min(mostChains, Math.max(1, Math.floor(size / 8)))
  }

  /** How many indices of a level are walked. */
  #pushCount(depth: number): void {
    if (depth === this.#shared) this.#f.get(this.#rows + 1)
    else pushDimension(this.#f, this.#nest[depth]?.size ?? 1, this.#rows)
  }

  /** The first of several largest elements is known only if they are looked at in order. */
  #mustGoSingly(level: Level): boolean {
    return level.reduced && this.#kernel.reductions.some(({ primitive }) => primitive === 'argmax')
  }

  #startPosition(level: Level): Local | undefined {
    if (!this.#mustGoSingly(level)) return undefined
    const position = this.#f.local('i32')
    this.#f.i32(0).set(position)
    this.#position = position
    return position
  }

  #repeat(depth: number, body: () => void): void {
    const f = this.#f
    const size = this.#nest[depth]?.size ?? 1
    if (!isRows(size) && depth !== this.#shared) {
      f.repeat(size, body)
      return
    }
    const count = f.local('i32')
    this.#pushCount(depth)
    f.set(count)
    f.repeat({ local: count }, body)
    f.release(count)
  }

  // Pointers

  #advance(level: Level, indices: number): void {
    this.#move(level, (f, pointer, stride, bytes) => {
      if (!isRows(stride)) {
        f.advance(pointer, stride * bytes * indices)
        return
      }
      f.get(pointer)
        .get(this.#rows)
        .i32(stride.rows * bytes * indices)
        .op('i32.mul')
      f.op('i32.add').set(pointer)
    })
  }

  /** Back to the level's first index. */
  #rewind(depth: number, { size, strides }: Level): void {
    this.#move({ strides }, (f, pointer, stride, bytes) => {
      if (depth === this.#shared) {
        f.get(pointer)
        this.#pushCount(depth)
        pushDimension(f, stride, this.#rows)
        f.op('i32.mul').i32(bytes).op('i32.mul').op('i32.sub').set(pointer)
        return
      }
      if (!isRows(stride) && !isRows(size)) {
        f.advance(pointer, -stride * bytes * size)
        return
      }
      f.get(pointer)
      let factor = bytes
      const symbolic = [stride, size].filter((dimension) => {
        factor *= isRows(dimension) ? dimension.rows : dimension
        return isRows(dimension)
      })
      f.i32(factor)
      for (const _ of symbolic) f.get(this.#rows).op('i32.mul')
      f.op('i32.sub').set(pointer)
    })
  }

  #move(
    { strides }: Pick<Level, 'strides'>,
    move: (f: FunctionWriter, pointer: Local, stride: Dimension, bytes: number) => void,
  ): void {
    this.#pointers.leaders.forEach((leader, pointer) => {
      const access = this.#kernel.accesses[leader]
      const stride = strides[leader] ?? 0
      if (stride !== 0) move(this.#f, pointer, stride, unitOf(access))
    })
  }

  // Results

  #body({ lanes, fours }: Width): void {
    for (let four = 0; four < fours; four++) {
      for (const { node, access, accumulate } of this.#kernel.stores) {
        const value = this.#nodes.value(node, four)
        const stored = accumulate === true ? this.#nodes.added(value, access, lanes, four) : value
        this.#nodes.store(stored, access, lanes, four)
      }
    }
    for (let four = 0; four < fours; four++) this.#take(lanes, four)
  }

  #take(lanes: Lanes, four: number): void {
    const f = this.#f
    this.#kernel.reductions.forEach(({ primitive, node }, i) => {
      const accumulator = this.#accumulators[four]?.[i]
      if (accumulator === undefined) throw new Error('internal: a reduction that was not begun')
      const position = this.#position
      const at =
        position === undefined ? undefined : made(f, 'i32', () => f.get(position).op('i32x4.splat'))
      // Where each of the four has a result of its own, all are taken in: what does not count is not stored.
      const counted = this.#nodes.isAcross ? lanes : 4
      take(f, primitive, accumulator, this.#nodes.value(node, four), counted, at)
    })
  }

  #beginReductions({ fours }: Width): void {
    const { reductions, nodes } = this.#kernel
    const chains = this.#nodes.isAcross ? Math.max(fours, this.#chains) : fours
    this.#accumulators = Array.from({ length: chains }, () =>
      reductions.map(({ primitive, node }) =>
        begin(this.#f, primitive, nodes[node]?.dtype ?? 'f32'),
      ),
    )
  }

  #finishReductions({ lanes, fours }: Width): void {
    const f = this.#f
    const across = this.#nodes.isAcross
    for (let four = 0; four < fours; four++) {
      this.#kernel.reductions.forEach(({ primitive, access }, i) => {
        const accumulator = this.#accumulators[four]?.[i]
        const target = this.#kernel.accesses[access]
        if (accumulator === undefined || target?.kind !== 'memory') {
          throw new Error('internal: a reduction without a place')
        }
        if (across && fours === 1) {
          for (const chain of this.#accumulators.slice(1))
            if (chain[i] !== undefined)
              take(f, primitive, accumulator, chain[i].value, 4, undefined)
        }
        let result = accumulator.index ?? accumulator.value
        if (across && primitive !== 'argmax') {
          result = acrossLanes(f, primitive, accumulator.value)
        }
        // The result's pointer moves along with the elements that it is made of.
        this.#nodes.store(rounded(f, result, target.dtype), access, across ? 1 : lanes, four)
      })
    }
  }
}

/**
 * Writes the loop; its parameters are the addresses of its pointers, then the number of rows. Where a level is shared, the
 * addresses are those of the share's first index, and its number of indices is the last parameter.
 */
export function emitLoop(
  site: LoopSite,
  kernel: LoopKernel,
  pointers: Pointers,
  shared?: number,
): void {
  if (isEmpty(kernel.shape) && kernel.reductions.length === 0) return
  new LoopEmitter(site, kernel, pointers, shared).emit()
}
