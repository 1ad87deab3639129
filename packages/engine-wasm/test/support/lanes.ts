/** Runs what is emitted for four lanes over whole arrays. */
import type { Features, FunctionWriter } from '../../src/assembler/function.ts'
import { ModuleWriter } from '../../src/assembler/module.ts'

/** A compiled loop: reads `operands` arrays of `capacity` four-byte elements, writes one. */
export interface Lanes {
  readonly operands: readonly Float32Array[]
  readonly result: Float32Array
  /** Of the code for four lanes. */
  readonly codeBytes: number
  /** Computes the first `count` elements, a multiple of 4. */
  readonly run: (count: number) => void
}

/** `write` replaces as many vectors as there are operands by one. */
export function compileLanes(
  features: Features,
  operands: number,
  capacity: number,
  write: (f: FunctionWriter) => void,
): Lanes {
  const size = 4 * capacity
  const pages = Math.ceil((size * (operands + 1)) / 65536)
  const module = new ModuleWriter(features)
  let codeBytes = 0
  module.define(
    { parameters: ['i32', 'i32'], results: [] },
    (f) => {
      f.repeat({ local: 1 }, () => {
        f.get(0)
        for (let i = 0; i < operands; i++) f.get(0).memory('v128.load', i * size)
        const before = f.code.length
        write(f)
        codeBytes = f.code.length - before
        f.memory('v128.store', operands * size).advance(0, 16)
      })
    },
    'run',
  )
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const bytes = module.toBytes({ minimum: pages, maximum: pages, shared: false })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const run = exports['run'] as (address: number, vectors: number) => void
  const array = (i: number) => new Float32Array(memory.buffer, i * size, capacity)
  return {
    operands: Array.from({ length: operands }, (_, i) => array(i)),
    result: array(operands),
    codeBytes,
    run: (count) => run(0, count / 4),
  }
}
