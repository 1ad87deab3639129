/** The arrays of one executable: state, inputs, outputs, constants, and a pool for everything in between. */
import {
  allocate,
  castRule,
  type DType,
  denseView,
  elementBytes,
  type Instruction,
  type Program,
  shapeAt,
  sizeAt,
  type TensorType,
  type Values,
  type View,
  viewSize,
} from '@chainrule/program'

/** Elements that values look at. */
export interface Storage {
  readonly values: Values
  /** For a part of the pool, the part, and how many values look at it now. */
  readonly pooled?: { readonly buffer: ArrayBuffer; users: number }
}

/** Where a value's elements are. */
export interface Located {
  readonly storage: Storage
  readonly view: View
}

function arrayOn(dtype: DType, buffer: ArrayBuffer, length: number): Values {
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, 0, length)
    case 'f64':
      return new Float64Array(buffer, 0, length)
    case 'i32':
      return new Int32Array(buffer, 0, length)
    case 'bool':
    case 'u8':
      return new Uint8Array(buffer, 0, length)
  }
}

function filled(dtype: DType, numbers: readonly number[]): Values {
  const values = allocate(dtype, numbers.length)
  values.set(numbers.map(castRule(dtype)))
  return values
}

/** A value whose elements stand at fixed places, whatever the number of rows. */
export function locateFixed(
  storage: Storage,
  { shape }: TensorType,
  rows: number,
  maxBatch: number,
): Located {
  const { strides } = denseView(shapeAt(shape, maxBatch))
  return { storage, view: { offset: 0, sizes: shapeAt(shape, rows), strides } }
}

export class Memory {
  readonly maxBatch: number
  readonly #state: ReadonlyMap<string, Storage>
  readonly #inputs: ReadonlyMap<string, Storage>
  readonly #outputs = new Map<string, Values>()
  readonly #constants = new Map<Instruction, Storage>()
  readonly #pool: ArrayBuffer[] = []
  #free: ArrayBuffer[] = []
  #bytes = 0

  constructor({ maxBatch, state, inputs }: Program) {
    this.maxBatch = maxBatch
    const reserve = ({ dtype, shape }: TensorType): Storage =>
      this.#stored(allocate(dtype, sizeAt(shape, maxBatch)))
    this.#state = new Map(Object.entries(state).map(([name, { type }]) => [name, reserve(type)]))
    this.#inputs = new Map(Object.entries(inputs).map(([name, type]) => [name, reserve(type)]))
  }

  get bytes(): number {
    return this.#bytes
  }

  state(name: string): Storage | undefined {
    return this.#state.get(name)
  }

  isState(storage: Storage): boolean {
    return [...this.#state.values()].includes(storage)
  }

  input(name: string): Storage | undefined {
    return this.#inputs.get(name)
  }

  /** The head of an output's own array, `rows` rows of it; it stays as it is until the entry runs again. */
  output(entry: string, name: string, { dtype, shape }: TensorType, rows: number): Values {
    const key = JSON.stringify([entry, name])
    let values = this.#outputs.get(key)
    if (values === undefined) {
      values = this.#stored(allocate(dtype, sizeAt(shape, this.maxBatch))).values
      this.#outputs.set(key, values)
    }
    return values.subarray(0, sizeAt(shape, rows))
  }

  /** A constant's elements; a number that is the same everywhere is kept once. */
  constant(instruction: Instruction<'constant'>, rows: number): Located {
    const { dtype, shape, value } = instruction.attributes
    const numbers = typeof value === 'number' ? [value] : value
    const storage = this.#once(instruction, () => filled(dtype, numbers))
    const view = denseView(shapeAt(shape, rows))
    const strides = typeof value === 'number' ? view.sizes.map(() => 0) : view.strides
    return { storage, view: { ...view, strides } }
  }

  /** The numbers from 0, as they stand along one axis and are repeated along the others. */
  iota(instruction: Instruction<'iota'>, rows: number): Located {
    const { dtype, shape, axis } = instruction.attributes
    const length = shapeAt(shape, this.maxBatch)[axis] ?? 0
    const storage = this.#once(instruction, () =>
      filled(
        dtype,
        Array.from({ length }, (_, i) => i),
      ),
    )
    const strides = shape.map((_, i) => (i === axis ? 1 : 0))
    return { storage, view: { offset: 0, sizes: shapeAt(shape, rows), strides } }
  }

  /** Makes the whole pool free, for a plan that runs on its own. */
  recyclePool(): void {
    this.#free = [...this.#pool]
  }

  /** Dense elements in the pool, in a part that has room for `most`. */
  take(dtype: DType, sizes: readonly number[], most: number): Located {
    const bytes = Math.max(8, Math.ceil((most * elementBytes[dtype]) / 8) * 8)
    const buffer = this.#bestFree(bytes) ?? this.#grow(bytes)
    const view = denseView(sizes)
    const values = arrayOn(dtype, buffer, viewSize(view))
    return { storage: { values, pooled: { buffer, users: 0 } }, view }
  }

  /** One value more looks at the storage. */
  hold({ pooled }: Storage): void {
    if (pooled !== undefined) pooled.users++
  }

  /** One value fewer does; a part of the pool that none looks at is free for the next. */
  release({ pooled }: Storage): void {
    if (pooled !== undefined && --pooled.users === 0) this.#free.push(pooled.buffer)
  }

  /** Counts bytes that a plan or a data set holds. */
  count(bytes: number): void {
    this.#bytes += bytes
  }

  #stored(values: Values): Storage {
    this.count(values.byteLength)
    return { values }
  }

  #once(instruction: Instruction, make: () => Values): Storage {
    let storage = this.#constants.get(instruction)
    if (storage === undefined) {
      storage = this.#stored(make())
      this.#constants.set(instruction, storage)
    }
    return storage
  }

  /** The smallest that fits and is not far too large: a number in a matrix's place would make another matrix grow. */
  #bestFree(bytes: number): ArrayBuffer | undefined {
    const best = this.#free
      .filter(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes)
      .sort((a, b) => a.byteLength - b.byteLength)[0]
    if (best !== undefined) this.#free.splice(this.#free.indexOf(best), 1)
    return best
  }

  #grow(bytes: number): ArrayBuffer {
    const buffer = new ArrayBuffer(bytes)
    this.#pool.push(buffer)
    this.count(bytes)
    return buffer
  }
}
