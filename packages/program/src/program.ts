/** A program as data: instructions in single-assignment form, named state and inputs, entry points. */
import type { Attributes, Primitive } from './primitives.ts'
import type { TensorType } from './types.ts'

/** The index of an instruction in its entry's list; its result has the same index. */
export type ValueId = number

/** One operation: what it does, what it reads, and the type of what it yields. */
export type Instruction<P extends Primitive = Primitive> = {
  readonly [K in P]: {
    readonly primitive: K
    readonly operands: readonly ValueId[]
    readonly attributes: Attributes[K]
    readonly type: TensorType
    /** Who asked for it, such as `dense1/backward`; for printing and for naming the place of a non-finite value. */
    readonly scope?: string
  }
}[P]

export type StateKind =
  /** Learnt. */
  | 'parameter'
  /** Kept by a layer between steps, such as a running mean. */
  | 'statistic'
  /** Kept by the optimizer for a parameter. */
  | 'slot'
  /** Sums that `gradient` adds to and `update` uses up, or that `evaluate` adds to. */
  | 'accumulator'
  /** Seed and step, integers. */
  | 'counter'
  /** Set by the host while it trains, such as the learning rate. */
  | 'hyperparameter'
  /** Fitted before training, such as the mean and deviation of a target. */
  | 'preprocessing'

export interface StateDeclaration {
  readonly type: TensorType
  readonly kind: StateKind
}

/** One way to run a program. Its instructions are in an order in which operands come before their users. */
export interface Entry {
  readonly instructions: readonly Instruction[]
  readonly outputs: Readonly<Record<string, ValueId>>
  /** The value that replaces each state that changes. All are read before any is replaced. */
  readonly updates: Readonly<Record<string, ValueId>>
  /** A float scalar: where it is not finite, no state is replaced and the run stops. */
  readonly guard?: ValueId
}

/** A program as data: the inputs and states that it declares, and its entry points. */
export interface Program {
  readonly version: 1
  /** The largest number of rows that any run is given. */
  readonly maxBatch: number
  readonly inputs: Readonly<Record<string, TensorType>>
  readonly state: Readonly<Record<string, StateDeclaration>>
  readonly entries: Readonly<Record<string, Entry>>
}
