/**
 * What an entry becomes before it is code: buffers, and kernels in the order in which they run. A kernel names buffers
 * and layouts, no addresses.
 */
import type { Dimension, DType, Primitive, Shape } from '@chainrule/program'
import type { Layout } from '../layout.ts'

/** Something that has a place in memory while an entry runs. */
export type Buffer =
  | { readonly kind: 'state' | 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly dtype: DType; readonly numbers: readonly number[] }
  /** Lives from the kernel that writes it to the last that reads it. */
  | {
      readonly kind: 'temporary'
      readonly id: number
      readonly dtype: DType
      readonly sizes: Shape
    }

/** Elements in memory. */
export interface Place {
  readonly buffer: Buffer
  readonly layout: Layout
  readonly dtype: DType
}

/** How a loop's elements reach something: memory, or a number that counts along with the indices. */
export type Access =
  | ({ readonly kind: 'memory' } & Place)
  | { readonly kind: 'index'; readonly strides: readonly Dimension[] }

/** The primitives that a loop computes element by element. */
export type LoopPrimitive = Exclude<
  Primitive,
  | 'constant'
  | 'input'
  | 'state'
  | 'iota'
  | 'random'
  | 'dot'
  | 'reshape'
  | 'transpose'
  | 'broadcast'
  | 'slice'
  | 'pad'
  | 'concat'
  | 'sum'
  | 'max'
  | 'argmax'
  | 'gather'
  | 'scatterAdd'
  | 'unfold'
  | 'fold'
  | 'allReduceSum'
>

/** One value of a loop's body for each element; `operands` and `access` are indices into the loop's lists. */
export type LoopNode =
  | { readonly op: 'load'; readonly access: number; readonly dtype: DType }
  | { readonly op: 'index'; readonly access: number; readonly dtype: DType }
  | { readonly op: 'constant'; readonly value: number; readonly dtype: DType }
  | {
      readonly op: 'compute'
      readonly primitive: LoopPrimitive
      readonly operands: readonly number[]
      readonly dtype: DType
    }
  /** The key of a site's draws in this step; operands: seed, step low, step high. */
  | {
      readonly op: 'key'
      readonly site: number
      readonly operands: readonly number[]
      readonly dtype: 'i32'
    }
  /** operands: key, row, element. */
  | { readonly op: 'draw'; readonly operands: readonly number[]; readonly dtype: 'i32' }

export interface LoopStore {
  readonly node: number
  readonly access: number
  /** Added to what is there. */
  readonly accumulate?: true
}

export interface LoopReduction {
  readonly primitive: 'sum' | 'max' | 'argmax'
  readonly node: number
  /** Its strides along the reduced axes are 0. */
  readonly access: number
}

/** A loop over all elements of a shape; the axes in `reduced` disappear from the reductions' results. */
export interface LoopKernel {
  readonly kind: 'loop'
  readonly shape: Shape
  readonly accesses: readonly Access[]
  readonly nodes: readonly LoopNode[]
  readonly stores: readonly LoopStore[]
  readonly reductions: readonly LoopReduction[]
  readonly reduced: readonly number[]
}

/** One operand of a product: strides of its batch, side (M or N) and inner (K) axis. */
export interface Factor {
  readonly place: Place
  readonly batch: Dimension
  readonly side: Dimension
  readonly inner: Dimension
}

export interface KernelLevel {
  readonly size: Dimension
  readonly stride: number
}

/** Levels of the left operand, see `Levels` in `product/shape.ts`. */
export interface KernelLevels {
  readonly rows: Dimension
  readonly aroundRows: readonly KernelLevel[]
  readonly steps: number
  readonly aroundSteps: readonly KernelLevel[]
}

/** out[b, m, n] = Σₖ left[b, m, k] right[b, k, n]; `out` is packed. */
export interface ProductKernel {
  readonly kind: 'product'
  readonly dtype: 'f32' | 'f64'
  readonly batch: Dimension
  readonly m: Dimension
  readonly n: Dimension
  readonly k: Dimension
  readonly left: Factor
  /** Where the left operand's rows or terms do not follow each other at one distance: then `left` is of the innermost. */
  readonly levels?: KernelLevels | undefined
  readonly right: Factor
  readonly out: Place
}

/** Rows of `width` elements: out[i] = table[indices[i]], zeros where the index is outside 0 … size − 1. */
export interface GatherKernel {
  readonly kind: 'gather'
  readonly dtype: DType
  readonly table: Place
  readonly indices: Place
  readonly out: Place
  readonly count: Dimension
  readonly size: number
  readonly width: Dimension
}

/** out[indices[i]] += updates[i], rows of `width` elements, in the order of i; `out` starts from zeros. */
export interface ScatterKernel {
  readonly kind: 'scatter'
  readonly dtype: 'f32' | 'f64'
  readonly indices: Place
  readonly updates: Place
  readonly out: Place
  readonly count: Dimension
  readonly size: number
  readonly width: Dimension
}

export type Kernel = LoopKernel | ProductKernel | GatherKernel | ScatterKernel

/** An entry as kernels. */
export interface LoweredEntry {
  readonly kernels: readonly Kernel[]
  /** A float scalar that is tested before the kernel of this index runs. */
  readonly guard: { readonly place: Place; readonly before: number } | undefined
  /** Packed places, valid when all kernels have run. */
  readonly outputs: Readonly<Record<string, Place>>
}

export interface Places {
  readonly reads: readonly Place[]
  readonly writes: readonly Place[]
}

/** Merging, sharing out and planning all ask again and again, each of a kernel and its neighbours. */
const known = new WeakMap<Kernel, Places>()

/** The places that a kernel reads, and those that it writes. */
export function placesOf(kernel: Kernel): Places {
  const found = known.get(kernel) ?? collected(kernel)
  known.set(kernel, found)
  return found
}

function collected(kernel: Kernel): Places {
  switch (kernel.kind) {
    case 'product':
      return { reads: [kernel.left.place, kernel.right.place], writes: [kernel.out] }
    case 'gather':
      return { reads: [kernel.table, kernel.indices], writes: [kernel.out] }
    case 'scatter':
      return { reads: [kernel.indices, kernel.updates], writes: [kernel.out] }
    case 'loop': {
      const at = (index: number): Place[] => {
        const access = kernel.accesses[index]
        return access?.kind === 'memory' ? [access] : []
      }
      return {
        reads: [
          ...kernel.nodes.flatMap((node) => (node.op === 'load' ? at(node.access) : [])),
          ...kernel.stores.flatMap(({ access, accumulate }) => (accumulate ? at(access) : [])),
        ],
        writes: [...kernel.stores, ...kernel.reductions].flatMap(({ access }) => at(access)),
      }
    }
  }
}
