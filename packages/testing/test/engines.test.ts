/** Engines that are wrong: the kit compares each with the first, and says which one, where and in which precision. */
import { engineJs } from '@chainrule/engine-js'
import type { Engine, Executable, Values } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { checkLayer, type LayerCase, tolerances } from '../src/index.ts'
import { affine } from './support/right-layers.ts'

interface Tampering {
  /** Changes an output that is read. */
  output?(entry: string, name: string, values: Values): Values
  /** Called before each run. */
  run?(executable: Executable, entry: string): void
}

/** The reference under another name, with something wrong. */
function tampered(name: string, { output, run }: Tampering): Engine {
  return {
    name,
    compile: (program) => {
      const inner = engineJs.compile(program)
      return {
        program,
        state: (state) => inner.state(state),
        input: (input) => inner.input(input),
        output: (entry, named) => {
          const values = inner.output(entry, named)
          return output?.(entry, named, values) ?? values
        },
        bind: (input, values, step) => inner.bind(input, values, step),
        run: (entry, rows, order) => {
          run?.(inner, entry)
          return inner.run(entry, rows, order)
        },
        bytes: inner.bytes,
        dispose: () => inner.dispose(),
      }
    },
  }
}

const tested: LayerCase = { arguments: [2], inputs: [[3]] }

const check = (engines: readonly [Engine, ...Engine[]], changes: Partial<LayerCase> = {}) =>
  checkLayer(affine, { engines, cases: [{ ...tested, ...changes }] })

describe('another engine', () => {
  it('that gives the same has no findings', async () => {
    expect(await check([engineJs, tampered('fake', {})])).toEqual([])
  })

  const off = (by: number) =>
    tampered('fake', {
      output: (entry, name, values) =>
        entry === 'gradient' && name === 'affine.weight'
          ? values.map((value, i) => (i === 4 ? value + by : value))
          : values,
    })

  it('that is a little off is named with entry, tensor, element and both numbers', async () => {
    const [first] = await check([engineJs, off(1e-3)])
    expect(first).toMatchObject({
      check: 'engines',
      engine: 'fake',
      dtype: 'f32',
      quantity: 'gradient: affine.weight',
      element: [1, 1],
      problem: '`fake` gives something else than `js`, in 1 of 6 elements',
    })
    expect(Number(first?.found) - Number(first?.expected)).toBeCloseTo(1e-3, 6)
  })

  it('is compared by the table: what float32 rounds is no finding there, but is in float64', async () => {
    const findings = await check([engineJs, off(tolerances.f32.absolute / 2)])
    expect(findings.map(({ dtype }) => dtype)).toEqual(['f64'])
  })

  it('may be further off where the case says why', async () => {
    const wide = { relative: 0, absolute: 0.01, reason: 'the fake adds a thousandth' }
    expect(await check([engineJs, off(1e-3)], { tolerances: { f32: wide, f64: wide } })).toEqual([])
  })

  it('that gives other bits the second time is not deterministic', async () => {
    let runs = 0
    const drifting = tampered('drifting', {
      output: (_, __, values) => values.map((value) => value + 1e-7 * runs++),
    })
    const findings = await check([engineJs, drifting])
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'determinism', engine: 'drifting' }),
    )
  })
})

describe('a reference', () => {
  it('that writes to its inputs is found', async () => {
    const careless = tampered('careless', {
      run: (executable, entry) => {
        if (entry === 'evaluate') executable.input('input/h')[2] = 7
      },
    })
    expect(await check([careless])).toContainEqual(
      expect.objectContaining({
        check: 'untouched',
        problem: '`evaluate` writes to what it may only read',
        quantity: 'input/h',
        element: [0, 2],
        found: 7,
      }),
    )
  })

  it('whose states do not come back after loading is found', async () => {
    let compiled = 0
    const forgetful: Engine = {
      name: 'forgetful',
      compile: (program) => {
        const inner = engineJs.compile(program)
        const own = compiled++
        const state = (name: string): Values =>
          own % 2 === 0 ? inner.state(name) : inner.state(name).slice()
        return Object.assign(Object.create(inner) as Executable, {
          state,
          input: (name: string) => inner.input(name),
          output: (entry: string, name: string) => inner.output(entry, name),
          run: (entry: string, rows: number) => inner.run(entry, rows),
          prepare: undefined,
          program,
          dispose: () => inner.dispose(),
        })
      },
    }
    const findings = await check([forgetful])
    expect(findings.map((finding) => finding.check)).toContain('save-and-load')
  })
})
