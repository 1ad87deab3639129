/** A chain of dense layers as the bytes of an ONNX model: just enough of its protobuf. */
import type { DenseWeights } from '../work-folder.ts'

type Field = readonly [number, Value]
type Value = number | string | Uint8Array | readonly Field[]

/** Operator set 13: Gemm with a transposed B, Relu, Tanh, Softmax. */
const operators = 13
const irVersion = 7
const float = 1
const integerAttribute = 2

/**
 * Shapes     x [batch, in] -> y [batch, out], in float32
 */
export function onnxModel(
  layers: readonly DenseWeights[],
  { batch, hidden, softmax }: { batch: number; hidden: 'Relu' | 'Tanh'; softmax: boolean },
): Uint8Array {
  const nodes = layers.flatMap((_, i) => {
    const isLast = i === layers.length - 1
    const last = softmax ? [node('Softmax', [`g${i}`], 'y')] : []
    const activation = isLast ? last : [node(hidden, [`g${i}`], `h${i}`)]
    const g = isLast && !softmax ? 'y' : `g${i}`
    const gemm = node('Gemm', [i === 0 ? 'x' : `h${i - 1}`, `W${i}`, `b${i}`], g, { transB: 1 })
    return [gemm, ...activation]
  })
  const tensors = layers.flatMap(({ inputs, outputs, weight, bias }, i) => [
    tensor(`W${i}`, [outputs, inputs], weight),
    tensor(`b${i}`, [outputs], bias),
  ])
  const graph: Field[] = [
    ...nodes.map((each): Field => [1, each]),
    [2, 'network'],
    ...tensors.map((each): Field => [5, each]),
    [11, valueInfo('x', [batch, layers[0]?.inputs ?? 0])],
    [12, valueInfo('y', [batch, layers.at(-1)?.outputs ?? 0])],
  ]
  return message([
    [1, irVersion],
    [7, graph],
    [
      8,
      [
        [1, ''],
        [2, operators],
      ],
    ],
  ])
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): Field[] {
  const given = Object.entries(attributes).map(
    ([name, value]): Field => [
      5,
      [
        [1, name],
        [3, value],
        [20, integerAttribute],
      ],
    ],
  )
  return [...inputs.map((name): Field => [1, name]), [2, output], [4, operator], ...given]
}

function tensor(name: string, shape: readonly number[], values: Float32Array): Field[] {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return [...shape.map((size): Field => [1, size]), [2, float], [8, name], [9, raw]]
}

function valueInfo(name: string, shape: readonly number[]): Field[] {
  const sizes = shape.map((size): Field => [1, [[1, size]]])
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, float],
            [2, sizes],
          ],
        ],
      ],
    ],
  ]
}

/** The bytes of a message: each field its key, and for all but numbers a length. */
function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number * 8), varint(value)]
    const bytes =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof Uint8Array
          ? value
          : message(value)
    return [varint(number * 8 + 2), varint(bytes.length), bytes]
  })
  return Buffer.concat(parts)
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Uint8Array.from([...bytes, rest])
}
