/** One product through an engine of ours: a program with one `dot`, as the dense layer traces it. */
import type { Engine } from '@chainrule/core'
import { B, createOps, type Program, type Shape, Trace } from '@chainrule/program'
import { evenDraws } from '../made-data.ts'
import { timed, type Worker } from '../serve.ts'
import type { ProductWorkload } from '../workload.ts'

/** h [B, in], ∂L/∂g [B, out] and W [out, in] as they lie in memory, and the axes over which the product sums. */
const operands = ({ inputs, outputs }: ProductWorkload) =>
  ({
    forward: { a: [B, inputs], b: [outputs, inputs], contract: [[1], [1]] },
    'input-gradient': { a: [B, outputs], b: [outputs, inputs], contract: [[1], [0]] },
    'weight-gradient': { a: [B, outputs], b: [B, inputs], contract: [[0], [0]] },
  }) satisfies Record<string, { a: Shape; b: Shape; contract: [number[], number[]] }>

export function productProgram(workload: ProductWorkload): Program {
  const { a, b, contract } = operands(workload)[workload.orientation]
  const ops = createOps(new Trace())
  const types = { a: { dtype: 'f32', shape: a }, b: { dtype: 'f32', shape: b } } as const
  const readsWeight = workload.orientation !== 'weight-gradient'
  const left = ops.trace.source('input', 'a', types.a)
  const right = ops.trace.source(readsWeight ? 'state' : 'input', 'b', types.b)
  const product = ops.dot(left, right, { contract })
  return {
    version: 1,
    maxBatch: workload.rows,
    inputs: readsWeight ? { a: types.a } : types,
    state: readsWeight ? { b: { type: types.b, kind: 'parameter' } } : {},
    entries: { product: ops.trace.entry({ product }) },
  }
}

export async function productWorker(workload: ProductWorkload, engine: Engine): Promise<Worker> {
  const executable = await engine.compile(productProgram(workload))
  const draw = evenDraws(1)
  const b = 'b' in executable.program.state ? executable.state('b') : executable.input('b')
  for (const values of [executable.input('a'), b]) values.set(Float32Array.from(values, draw))
  const call = (): void => {
    executable.run('product', workload.rows)
  }
  return {
    memory: () => ({ planned: executable.bytes }),
    close: () => executable.dispose(),
    first: () => {
      call()
      return [executable.output('product', 'product')[0] ?? Number.NaN]
    },
    run: (seconds) => timed(seconds, call),
  }
}
