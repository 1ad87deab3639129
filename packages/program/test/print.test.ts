import { describe, expect, it } from 'vitest'
import { B, createOps, printEntry, printProgram, Trace, verify } from '../src/index.ts'
import { randomProgram } from './support/random-program.ts'

/** One step of a linear model: y = x wᵀ, w ← w − 0.1 xᵀ(y − 1) summed over the rows. */
function linearStep() {
  const ops = createOps(new Trace())
  const xType = { dtype: 'f32', shape: [B, 3] } as const
  const wType = { dtype: 'f32', shape: [2, 3] } as const
  const x = ops.trace.source('input', 'x', xType)
  const w = ops.trace.source('state', 'dense1/weight', wType)
  const y = ops.trace.within('dense1/forward', () => ops.dot(x, w, { contract: [[1], [1]] }))
  const [dw, error] = ops.trace.within('dense1/backward', () => {
    const error = ops.sub(y, ops.constant([1, -0]))
    return [ops.dot(error, x, { contract: [[0], [0]] }), error]
  })
  const step = ops.sub(w, ops.mul(dw, 0.1))
  const entry = ops.trace.entry({ y }, { 'dense1/weight': step }, ops.sum(error))
  return {
    version: 1,
    maxBatch: 64,
    inputs: { x: xType },
    state: { 'dense1/weight': { type: wType, kind: 'parameter' } },
    entries: { step: entry },
  } as const
}

const golden = `program version=1 maxBatch=64
input x : f32[B, 3]
state dense1/weight : f32[2, 3]   // parameter

entry step
  %0 = input x : f32[B, 3]
  %1 = state dense1/weight : f32[2, 3]
  %2 = dot(%0, %1) contract=[1]×[1] : f32[B, 2]   // dense1/forward
  %3 = constant [1, -0] : f32[2]   // dense1/backward
  %4 = broadcast(%3) axes=[1] : f32[B, 2]   // dense1/backward
  %5 = sub(%2, %4) : f32[B, 2]   // dense1/backward
  %6 = dot(%5, %0) contract=[0]×[0] : f32[2, 3]   // dense1/backward
  %7 = constant 0.1 : f32[2, 3]
  %8 = mul(%6, %7) : f32[2, 3]
  %9 = sub(%1, %8) : f32[2, 3]
  %10 = sum(%5) axes=[0, 1] : f32[]
  output y = %2
  update dense1/weight = %9
  guard %10
`

describe('printProgram', () => {
  it('shows declarations, then each entry, a line an instruction', () => {
    const program = linearStep()
    verify(program)
    expect(printProgram(program)).toBe(golden)
  })

  it('says what a line is for: operation, operands, attributes, type, scope', () => {
    const line = printEntry('step', linearStep().entries.step).split('\n')[3]
    for (const part of [
      '%2 =',
      'dot(%0, %1)',
      'contract=[1]×[1]',
      ': f32[B, 2]',
      '// dense1/forward',
    ]) {
      expect(line).toContain(part)
    }
  })

  it('counts the numbers of a long constant', () => {
    const ops = createOps(new Trace())
    ops.constant(Array.from({ length: 1000 }, (_, i) => i))
    const text = printEntry('main', ops.trace.entry({}))
    expect(text).toContain('constant [0, 1, 2, 3, 4, 5, 6, 7, … 1000 numbers] : f32[1000]')
  })

  it('gives every instruction, output and update of a random program its line', () => {
    const program = randomProgram(5)
    const { main, advance } = program.entries
    const lines = printProgram(program).split('\n')
    const of = (start: string): number => lines.filter((line) => line.startsWith(start)).length
    expect(of('  %')).toBe((main?.instructions.length ?? 0) + (advance?.instructions.length ?? 0))
    expect(of('  output ')).toBe(Object.keys(main?.outputs ?? {}).length + 1)
    expect(of('  update ')).toBe(4)
  })
})
