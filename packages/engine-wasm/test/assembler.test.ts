import { describe, expect, it } from 'vitest'
import type { FunctionWriter, ValueType } from '../src/assembler/function.ts'
import { ModuleWriter } from '../src/assembler/module.ts'
import { lane, memory, memoryLane, plain } from '../src/assembler/opcodes.ts'

const oneMemory = { minimum: 1, maximum: 1, shared: false }

/** Runs a function of four float32 in memory at 0, 16 and 32 and gives what it stores at 48. */
function onVectors(write: (f: FunctionWriter) => void, relaxed = false): Float32Array {
  const module = new ModuleWriter({ relaxed })
  module.define({ parameters: [], results: [] }, write, 'run')
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 1 })
  const values = new Float32Array(shared.buffer)
  values.set([1, 2, 3, 4, 5, 6, 7, 8, 0.5, 0.25, -1, 3])
  const compiled = new WebAssembly.Module(module.toBytes(oneMemory))
  const { run } = new WebAssembly.Instance(compiled, { env: { memory: shared } }).exports
  ;(run as () => void)()
  return values.slice(12, 16)
}

describe('functions', () => {
  it('compute with vectors', () => {
    const result = onVectors((f) => {
      f.i32(48).i32(0).memory('v128.load').i32(0).memory('v128.load', 16).op('f32x4.mul')
      f.memory('v128.store')
    })
    expect([...result]).toEqual([5, 12, 21, 32])
  })

  for (const relaxed of [false, true]) {
    it(`multiply and add, ${relaxed ? 'relaxed' : 'in two steps'}`, () => {
      const result = onVectors((f) => {
        f.i32(48)
        for (const offset of [0, 16, 32]) f.i32(0).memory('v128.load', offset)
        f.madd32().memory('v128.store')
      }, relaxed)
      expect([...result]).toEqual([5.5, 12.25, 20, 35])
    })
  }

  it('choose lanes', () => {
    const result = onVectors((f) => {
      f.i32(48).i32(0).memory('v128.load').i32(16).memory('v128.load').shuffle32(3, 4, 0, 7)
      f.memory('v128.store')
    })
    expect([...result]).toEqual([4, 5, 1, 8])
  })

  it.each([0, 1, 2, 100])('repeat a body %i times', (times) => {
    for (const dynamic of [false, true]) {
      const result = onVectors((f) => {
        const sum = f.local('f32')
        const count = f.local('i32')
        f.f32(0).set(sum).i32(times).set(count)
        f.repeat(dynamic ? { local: count } : times, () => {
          f.get(sum).f32(2).op('f32.add').set(sum)
        })
        f.i32(48).get(sum).memory('f32.store')
      })
      expect(result[0]).toBe(2 * times)
    }
  })

  it('branch by a number', () => {
    const chosen = [0, 1, 2, 3, -1].map((number) => {
      const result = onVectors((f) => {
        f.block(() => {
          f.block(() => f.i32(number).branchTable([0, 1], 2))
          f.i32(48).f32(10).memory('f32.store').op('return')
        })
        f.i32(48).f32(20).memory('f32.store')
      })
      return result[0]
    })
    expect(chosen).toEqual([10, 20, 0, 0, 0])
  })

  it('take another local for a type when one is released', () => {
    onVectors((f) => {
      const first = f.local('v128')
      f.release(first)
      expect(f.local('v128')).toBe(first)
      expect(f.local('v128')).not.toBe(first)
      expect(() => f.release(first, first)).toThrow('released twice')
    })
  })

  it('call one another and the host', () => {
    const module = new ModuleWriter({ relaxed: false })
    const number: ValueType[] = ['i32']
    const host = module.import('host', { parameters: number, results: number })
    const twice = module.define({ parameters: number, results: number }, (f) => {
      f.get(0).call(host).i32(2).op('i32.mul')
    })
    module.define({ parameters: number, results: number }, (f) => f.get(0).call(twice), 'run')
    const env = {
      memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }),
      host: (x: number) => x + 1,
    }
    const compiled = new WebAssembly.Module(module.toBytes(oneMemory))
    const { run } = new WebAssembly.Instance(compiled, { env }).exports
    expect((run as (x: number) => number)(-300)).toBe(-598)
  })

  it('have constants of any size', () => {
    for (const value of [0, 63, 64, -64, -65, 8191, 8192, -8193, 2147483647, -2147483648]) {
      const result = onVectors((f) =>
        f.i32(48).i32(value).op('f32.convert_i32_s').memory('f32.store'),
      )
      expect(result[0]).toBe(Math.fround(value))
    }
  })
})

describe('every opcode', () => {
  /** Whether the host knows the instruction: an unreachable function accepts any stack. */
  const known = (write: (f: FunctionWriter) => void): boolean => {
    const module = new ModuleWriter({ relaxed: true })
    module.define({ parameters: [], results: [] }, (f) => {
      f.op('unreachable')
      write(f)
      f.op('unreachable')
    })
    return WebAssembly.validate(module.toBytes({ minimum: 1, maximum: 1, shared: true }))
  }
  const names = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[]

  it.each(names(plain))('%s validates', (name) => expect(known((f) => f.op(name))).toBe(true))
  it.each(names(memory))('%s validates', (name) => expect(known((f) => f.memory(name))).toBe(true))
  it.each(names(memoryLane))('%s validates', (name) =>
    expect(known((f) => f.memoryLane(name, 0))).toBe(true),
  )
  it.each(names(lane))('%s validates', (name) => expect(known((f) => f.lane(name, 0))).toBe(true))
})
