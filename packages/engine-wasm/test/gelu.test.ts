/** What is made of the vector functions: gelu's error, which is relative to g and not to gelu(g). */
import { activations } from '@chainrule/activations'
import { B, createOps, erf, optimise, type Program, Trace } from '@chainrule/program'
import { expect, test } from 'vitest'
import { wasmEngine } from '../src/index.ts'
import { fromBits } from './support/ulp.ts'

const rows = 65_536

function program(): Program {
  const gelu = activations.find(({ name }) => name === 'gelu')
  if (gelu === undefined) throw new Error('there is no gelu')
  const trace = new Trace()
  const ops = createOps(trace)
  const g = trace.source('input', 'g', { dtype: 'f32', shape: [B] })
  const { forward } = gelu.with({})
  const entries = { run: trace.entry({ h: forward(ops, g) }) }
  return optimise({ version: 1, maxBatch: rows, inputs: { g: g.type }, state: {}, entries })
}

// Far below 0 the two halves of 1 + erf cancel: gelu(g) itself is less than this there.
test.each(['fast', 'portable'] as const)(
  'gelu is off by at most 2⁻²³ |g|, %s',
  async (numerics) => {
    const executable = await wasmEngine({ numerics }).compile(program())
    executable.prepare('run', rows)
    const input = executable.input('g')
    let worst = { units: 0, g: 0 }
    let bits = 0
    while (bits < 2 ** 32) {
      let count = 0
      for (; count < rows && bits < 2 ** 32; bits += 997) {
        const g = fromBits(bits)
        if (Number.isFinite(g) && Math.abs(g) > 2 ** -100) input[count++] = g
      }
      if (count === 0) continue
      executable.run('run', count)
      const h = executable.output('run', 'h')
      for (let i = 0; i < count; i++) {
        const g = input[i] ?? 0
        const expected = 0.5 * g * (1 + erf(g / Math.SQRT2))
        const units = (Math.abs((h[i] ?? 0) - expected) / Math.abs(g)) * 2 ** 24
        if (!(units <= worst.units)) worst = { units, g }
      }
    }
    executable.dispose()
    expect(worst.units, `at ${worst.g}`).toBeLessThanOrEqual(2)
  },
)
