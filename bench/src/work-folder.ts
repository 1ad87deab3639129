/**
 * The folder in which every peer finds its work: `workload.json`, the same in words for C in `workload.txt`, and first
 * weights and data as raw little-endian numbers.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { flop, type NetworkWorkload, type Workload } from './workload.ts'

export interface Arrays {
  /** Of every layer in turn its parameters, of a dense one weight [out, in] and bias [out]. */
  readonly weights: Float32Array
  /** [rows, in]; tokens as numbers. */
  readonly inputs: Float32Array
  /** [rows, out], or for cross-entropy a class a row, or one for each of its tokens. */
  readonly targets: Float32Array | Int32Array
}

export interface DenseWeights {
  readonly inputs: number
  readonly outputs: number
  readonly weight: Float32Array
  readonly bias: Float32Array
}

/** Writes the folder; a product needs no arrays. */
export function writeWork(folder: string, workload: Workload, arrays?: Arrays): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'workload.json'), JSON.stringify(workload))
  writeFileSync(join(folder, 'workload.txt'), inWords(workload))
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(arrays ?? {}))
    writeFileSync(join(folder, name), new Uint8Array(buffer, byteOffset, byteLength))
}

/** A key and its value a line; a list has its length first. C is told the operations of a call too. */
function inWords(workload: Workload): string {
  const words = (value: string | number | readonly number[]): string =>
    typeof value === 'object' ? [value.length, ...value].join(' ') : String(value)
  // C has no other layers than dense ones.
  const { family: _, ...rest } = { family: undefined, ...workload }
  return Object.entries({ ...rest, flop: flop(workload) })
    .map(([key, value]) => `${key} ${words(value)}\n`)
    .join('')
}

export function readWorkload(folder: string): Workload {
  return JSON.parse(readFileSync(join(folder, 'workload.json'), 'utf8')) as Workload
}

export function readArrays(folder: string, { loss }: NetworkWorkload): Arrays {
  const read = (name: string): ArrayBuffer =>
    new Uint8Array(readFileSync(join(folder, name))).buffer
  const targets = read('targets')
  return {
    weights: new Float32Array(read('weights')),
    inputs: new Float32Array(read('inputs')),
    targets: loss === 'cross-entropy' ? new Int32Array(targets) : new Float32Array(targets),
  }
}

/** Gives the next so many of the weights each time it is called, as a view. */
export function taking(weights: Float32Array): (length: number) => Float32Array {
  let at = 0
  return (length) => {
    at += length
    return weights.subarray(at - length, at)
  }
}

/** The weights layer by layer, as views. */
export function layersOf({ sizes }: NetworkWorkload, weights: Float32Array): DenseWeights[] {
  const take = taking(weights)
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i] ?? 0
    return { inputs, outputs, weight: take(outputs * inputs), bias: take(outputs) }
  })
}

/** The targets as numbers [rows, out]: a class is 1 among zeros. */
export function targetRows({ sizes }: NetworkWorkload, { targets }: Arrays): Float32Array {
  if (targets instanceof Float32Array) return targets
  const classes = sizes.at(-1) ?? 0
  const oneHot = new Float32Array(targets.length * classes)
  targets.forEach((target, row) => {
    oneHot[row * classes + target] = 1
  })
  return oneHot
}
