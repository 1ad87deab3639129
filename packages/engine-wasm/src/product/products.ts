/** The matrix products of a module. */
import type { Callee, FunctionWriter, Local, ValueType } from '../assembler/function.ts'
import type { ModuleWriter } from '../assembler/module.ts'
import { writeColumns } from './columns.ts'
import { writeDots } from './dots.ts'
import { vectorBytes } from './element.ts'
import { type Heights, planHeights } from './heights.ts'
import { planWalk, type Walk, writeLevels } from './levels.ts'
import { severalPasses, writeMultiply } from './multiply.ts'
import { packedLeftBytes, writePackLeft } from './pack-left.ts'
import { writePackRight } from './pack-right.ts'
import { edgeVectors, panelVectors } from './panel.ts'
import { longestDepth, type Plan, planProduct, rowBlock } from './plan.ts'
import { type RowSetting, writeRow } from './row.ts'
import { type ProductShape, type Size, withSizes } from './shape.ts'
import type { TilePointers } from './tile.ts'

/**
 * The functions of one product. A caller with the whole number of rows ≥ `packFrom` calls `pack` and then `packed`,
 * else `inPlace`. Rows may be shared out among calls of either, panels among calls of `pack`.
 *
 * An element's bits do not depend on how the work is shared out. `pack` and `packed`, and `inPlace` where the right
 * operand's columns are neighbours, add up in the order of k: without relaxed SIMD they give the bits of a plain loop
 * in float32. `inPlace` along k adds up in the order of `dots.ts`.
 */
export interface ProductKernels {
  /** The whole number of rows from which the right operand is packed: 0 always, Infinity never. */
  readonly packFrom: number
  /** Columns of the right operand in a panel; a last panel may have fewer. */
  readonly panelColumns: number
  /** (right, scratch, panelFrom, panelTo, n where dynamic, k where dynamic). `scratch` is a multiple of 16. */
  readonly pack: Callee | undefined
  /**
   * (left, scratch of `pack`, out, scratch of this thread, rows, n where dynamic, k where dynamic); where the left operand
   * lies in levels also panelFrom, panelTo.
   */
  readonly packed: Callee | undefined
  /** The same with the right operand where it lies in the second's place. */
  readonly inPlace: Callee | undefined
  /** Bytes that `pack` fills, to be shared by all threads. */
  packBytes(n: number, k: number): number
  /** Bytes of scratch that each thread needs for itself while it multiplies up to `rows` rows. */
  threadBytes(rows: number, k: number): number
}

/** Writes products into a module; what is asked for again is there already. */
export class Products {
  readonly #module: ModuleWriter
  readonly #kernels = new Map<string, ProductKernels>()
  readonly #functions = new Map<string, Callee>()

  constructor(module: ModuleWriter) {
    this.#module = module
  }

  emit(shape: ProductShape): ProductKernels {
    const { dtype, m, n, k, left, right, outStride, accumulate = false } = shape
    const strides = [left.side, left.inner, right.side, right.inner, outStride]
    const levels = JSON.stringify(shape.levels ?? null)
    const key = [dtype, m, n, k, ...strides, accumulate, levels].join()
    const known = this.#kernels.get(key)
    if (known !== undefined) return known
    const kernels = this.#emit(shape, planProduct(shape))
    this.#kernels.set(key, kernels)
    return kernels
  }

  #emit(shape: ProductShape, plan: Plan): ProductKernels {
    const { element, packFrom, packLeft } = plan
    const packs = packFrom < Number.POSITIVE_INFINITY && largest(shape.m) >= packFrom
    const reads = plan.inPlace !== undefined && smallest(shape.m) < packFrom
    return {
      packFrom,
      panelColumns: panelVectors * element.lanes,
      pack: packs ? this.#pack(shape, plan) : undefined,
      packed: packs ? this.#multiply(shape, plan, true) : undefined,
      inPlace: reads ? this.#inPlace(shape, plan) : undefined,
      packBytes: (n, k) => (packs ? Math.ceil(n / element.lanes) * k * vectorBytes : 0),
      threadBytes: (rows, k) =>
        packLeft
          ? packedLeftBytes(Math.min(rows, rowBlock), Math.min(k, longestDepth), element)
          : 0,
    }
  }

  #pack({ n, k }: ProductShape, { element, right }: Plan): Callee {
    const { parameters, ...sizes } = withSizes(4, n, k)
    const key = ['pack', element.bytes, right.side, right.inner, n, k]
    return this.#define(key, parameters, (f) => {
      writePackRight(f, { element, right, ...sizes }, { right: 0, scratch: 1, from: 2, to: 3 })
    })
  }

  #inPlace(shape: ProductShape, plan: Plan): Callee {
    if (shape.levels !== undefined) return this.#multiply(shape, plan, false)
    if (plan.swapped) return this.#swapped(shape, plan)
    if (plan.inPlace === 'along k' || shape.m === 1) return this.#eachRow(shape, plan)
    const multiply = this.#multiply(shape, plan, false)
    if (shape.m !== 'dynamic') return multiply
    const row = this.#eachRow(shape, plan)
    const { parameters } = multiply
    return this.#module.define({ parameters, results: [] }, (f) => {
      const pass = (callee: Callee): void => {
        for (const index of parameters.keys()) f.get(index)
        f.call(callee)
      }
      f.get(args.rows).i32(fewRows).op('i32.le_s')
      f.if(
        () => pass(row),
        () => pass(multiply),
      )
    })
  }

  /** Rows one at a time, each of which reads the right operand where it lies. */
  #eachRow({ n, k, accumulate }: ProductShape, plan: Plan): Callee {
    const { element, left, right, outSide } = plan
    const { parameters, ...sizes } = withSizes(5, n, k)
    return this.#module.define({ parameters, results: [] }, (f) => {
      const start = accumulate ? 'out' : 'zero'
      const setting: RowSetting = { element, leftInner: left.inner, right, ...sizes, start }
      const row = { left: f.local('i32'), right: f.local('i32'), out: f.local('i32') }
      f.repeat({ local: args.rows }, () => {
        f.get(args.left).set(row.left).get(args.right).set(row.right).get(args.out).set(row.out)
        writeRowOf(f, setting, row)
        f.advance(args.left, left.side).advance(args.out, outSide)
      })
    })
  }

  /** A single column as the single row of the transposed product. */
  #swapped({ n, k, accumulate }: ProductShape, { element, left, right }: Plan): Callee {
    const sizes = withSizes(5, n, k)
    return this.#module.define({ parameters: sizes.parameters, results: [] }, (f) => {
      const start = accumulate ? 'out' : 'zero'
      const columns = { local: args.rows }
      const leftInner = right.inner
      const setting: RowSetting = { element, leftInner, right: left, n: columns, k: sizes.k, start }
      writeRowOf(f, setting, { left: args.right, right: args.left, out: args.out })
    })
  }

  #multiply(shape: ProductShape, plan: Plan, packed: boolean): Callee {
    const { parameters, ...sizes } = withSizes(5, shape.n, shape.k)
    const walk = shape.levels && planWalk(shape.levels, plan)
    const functions = this.#panelFunctions(shape, plan, packed, walk)
    const accumulate = shape.accumulate === true
    if (walk !== undefined) {
      const panels = { from: parameters.length, to: parameters.length + 1 }
      const all: ValueType[] = [...parameters, 'i32', 'i32']
      return this.#module.define({ parameters: all, results: [] }, (f) => {
        const given = { ...args, ...sizes, panels }
        writeLevels(f, plan, functions, packed, given, walk, accumulate)
      })
    }
    return this.#module.define({ parameters, results: [] }, (f) => {
      writeMultiply(f, plan, functions, packed, { ...args, ...sizes }, accumulate)
    })
  }

  #panelFunctions(
    { n, k, accumulate = false }: ProductShape,
    plan: Plan,
    packed: boolean,
    walk: Walk | undefined,
  ) {
    const { element, packLeft } = plan
    const width = panelVectors * element.lanes
    const known = k !== 'dynamic' && !severalPasses(k) ? k : 'dynamic'
    const depth = walk === undefined ? known : walk.steps
    const passes = walk === undefined ? depth === 'dynamic' : walk.passes.length > 0
    const panel = (vectors: number, lanes: Size): Callee => {
      const start = accumulate ? 'out' : passes ? 'either' : 'zero'
      return this.#panel(plan, packed, { vectors, lanes, depth, start, walk })
    }
    let edge: Callee | undefined
    if (n === 'dynamic') edge = panel(1, 'dynamic')
    else if (n % width > 0)
      edge = panel(edgeVectors(n % width, element), n % element.lanes || element.lanes)
    return {
      whole: n === 'dynamic' || n >= width ? panel(panelVectors, element.lanes) : undefined,
      edge,
      packLeft: packLeft ? this.#packLeft(plan, depth) : undefined,
    }
  }

  #panel(plan: Plan, packed: boolean, { vectors, lanes, depth, start, walk }: PanelKind): Callee {
    const { element, outSide, packLeft } = plan
    const left = packLeft ? { side: element.bytes, inner: 0 } : plan.left
    const rightInner = packed ? vectors * vectorBytes : plan.right.inner
    const key = ['panel', element.bytes, left.side, left.inner, rightInner, outSide, packLeft]
    key.push(vectors, lanes, depth, start)
    const within = walk && [walk.withinTile, walk.rows, walk.withinPanel]
    if (within !== undefined) key.push(JSON.stringify(within))
    const parameters: ValueType[] = ['i32', 'i32', 'i32', 'i32']
    const parameter = (): Local => parameters.push('i32') - 1
    const k = depth === 'dynamic' ? { local: parameter() } : depth
    const from = start === 'either' ? { fresh: parameter() } : start
    const lastLanes = lanes === 'dynamic' ? { local: parameter() } : lanes
    const around = walk?.withinTile
    const setting = {
      element,
      vectors,
      lastLanes,
      left,
      rightInner,
      outSide,
      k,
      around,
      start: from,
    }
    return this.#define(key, parameters, (f) => {
      const heights = this.#heights(packLeft ? panelVectors : vectors)
      const place = packLeft ? 'packed' : 'strided'
      const rows = 3
      const columns = (): void =>
        writeColumns(f, setting, heights, place, { left: 0, right: 1, out: 2 }, rows)
      if (walk === undefined || walk.rows === 'dynamic') {
        columns()
        return
      }
      const { size, gap } = walk.withinPanel ?? { size: 1, gap: 0 }
      const known = walk.rows
      f.repeat(size, () => {
        f.i32(known).set(rows)
        columns()
        f.advance(0, gap)
      })
    })
  }

  #packLeft({ element, left }: Plan, depth: Size): Callee {
    const { parameters, k } = withSizes(3, 0, depth)
    const key = ['pack left', element.bytes, left.side, left.inner, depth]
    return this.#define(key, parameters, (f) => {
      writePackLeft(f, element, left, k, this.#heights(panelVectors), [0, 1, 2])
    })
  }

  /** Without fused multiply-add one vector register is taken by the product. */
  #heights(vectors: number): Heights {
    const heights = this.#module.features.relaxed ? fusedHeights : portableHeights
    return planHeights(vectors === 1 ? heights.narrow : heights.wide, vectors)
  }

  /** A function that products may have in common. */
  #define(
    key: readonly unknown[],
    parameters: readonly ValueType[],
    write: (f: FunctionWriter) => void,
  ): Callee {
    const text = key.join()
    const known = this.#functions.get(text)
    if (known !== undefined) return known
    const callee = this.#module.define({ parameters, results: [] }, write)
    this.#functions.set(text, callee)
    return callee
  }
}

/** Heights of tiles of two vectors and of one, which use the vector registers fully. */
const fusedHeights = { wide: [6, 5, 4, 2, 1], narrow: [12, 4, 1] }
const portableHeights = { wide: [5, 4, 2, 1], narrow: [8, 4, 1] }

/** So many rows are faster one by one than in a tile, whose sums would wait for one another. */
const fewRows = 3

/** The parameters of a multiplication; N and K follow them where they are dynamic. */
const args = { left: 0, right: 1, out: 2, scratch: 3, rows: 4 } as const

interface PanelKind {
  readonly vectors: number
  /** Columns in the last vector. */
  readonly lanes: Size
  readonly depth: Size
  readonly start: 'zero' | 'out' | 'either'
  readonly walk: Walk | undefined
}

function writeRowOf(f: FunctionWriter, setting: RowSetting, pointers: TilePointers): void {
  if (setting.right.side === setting.element.bytes) writeRow(f, setting, pointers)
  else writeDots(f, setting, pointers)
}

const largest = (size: Size): number => (size === 'dynamic' ? Number.POSITIVE_INFINITY : size)
const smallest = (size: Size): number => (size === 'dynamic' ? 1 : size)
