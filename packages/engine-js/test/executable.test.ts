import { executableContract } from '@chainrule/program/testing/executable-contract'
import { contractProgram } from '@chainrule/program/testing/executable-program'
import { describe, expect, it } from 'vitest'
import { engineJs, type JsExecutable } from '../src/index.ts'

const compile = (): JsExecutable => engineJs.compile(contractProgram)

executableContract(engineJs)

describe('arrays', () => {
  it('keeps the arrays of state and inputs, so that a host may hold on to them', () => {
    const executable = compile()
    const held = executable.state('total')
    executable.input('x').set([1, 2])
    executable.run('accumulate', 1)
    expect([...held]).toEqual([1, 2])
    held.set([10, 20])
    executable.run('accumulate', 1)
    expect([...executable.state('total')]).toEqual([11, 22])
  })

  it('leaves an output alone while other entries run', () => {
    const executable = compile()
    executable.input('x').set([1, 2])
    executable.run('double', 1)
    executable.run('accumulate', 4)
    executable.run('swap', 1)
    expect([...executable.output('double', 'y')]).toEqual([2, 4])
  })
})

describe('bytes', () => {
  it('counts state, inputs, data sets and what plans hold', () => {
    const executable = compile()
    // total, other, count; x, tag, table, fixed for four rows.
    const held = 8 + 8 + 4 + 32 + 16 + 48 + 8
    expect(executable.bytes).toBe(held)
    executable.bind('x', new Float32Array(100))
    expect(executable.bytes).toBe(held + 400)
    executable.run('double', 4)
    const planned = executable.bytes
    expect(planned).toBeGreaterThan(held + 400)
    executable.run('double', 4)
    expect(executable.bytes).toBe(planned)
  })
})
