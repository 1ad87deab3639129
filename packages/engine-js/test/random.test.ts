import { B, fillDraws, type Program, Trace } from '@chainrule/program'
import { describe, expect, it } from 'vitest'
import { engineJs, type JsExecutable } from '../src/index.ts'

const site = 7
const width = 3

/** An entry that draws for a batch; seed, step and first row are its state. */
function drawing(): JsExecutable {
  const trace = new Trace()
  const scalar = { dtype: 'i32', shape: [] } as const
  const pair = { dtype: 'i32', shape: [2] } as const
  const seed = trace.source('state', 'seed', scalar)
  const step = trace.source('state', 'step', pair)
  const firstRow = trace.source('state', 'firstRow', scalar)
  const draws = trace.emit('random', [seed, step, firstRow], { site, shape: [B, width] })
  const program: Program = {
    version: 1,
    maxBatch: 8,
    inputs: {},
    state: {
      seed: { type: scalar, kind: 'counter' },
      step: { type: pair, kind: 'counter' },
      firstRow: { type: scalar, kind: 'counter' },
    },
    entries: { draw: trace.entry({ draws }) },
  }
  const executable = engineJs.compile(program)
  executable.state('seed')[0] = 42
  executable.state('step').set([5, 1])
  return executable
}

function draw(executable: JsExecutable, rows: number, firstRow = 0): number[] {
  executable.state('firstRow')[0] = firstRow
  executable.run('draw', rows)
  return [...executable.output('draw', 'draws')]
}

describe('random', () => {
  it('draws what the program package defines', () => {
    const expected = new Int32Array(8 * width)
    fillDraws(expected, 42, site, 5, 1, 0, 8, width)
    expect(draw(drawing(), 8)).toEqual([...expected])
  })

  it('draws a row by its global number, however the rows are cut into batches', () => {
    const executable = drawing()
    const all = draw(executable, 8)
    const parts = [draw(executable, 3), draw(executable, 4, 3), draw(executable, 1, 7)]
    expect(parts.flat()).toEqual(all)
  })

  it('draws others for another seed, step or row', () => {
    const executable = drawing()
    const first = draw(executable, 2)
    expect(draw(executable, 2, 2)).not.toEqual(first)
    executable.state('step')[1] = 2
    const later = draw(executable, 2)
    expect(later).not.toEqual(first)
    executable.state('seed')[0] = 43
    expect(draw(executable, 2)).not.toEqual(later)
  })
})
