import { describe, expect, test } from 'vitest'
import { barSummary, withBar } from '../src/bars.ts'
import { number } from '../src/figures.ts'
import { type Failure, jsonLines, type Result } from '../src/result.ts'
import { markdownTable, outcomeTable } from '../src/table.ts'

const result: Result = {
  workload: 'W2',
  peer: 'torch',
  threads: 1,
  theirThreads: 1,
  ours: 97_531.8642,
  theirs: 53_600,
  unit: 'samples/s',
  ratio: 1.8196,
  spread: 0.043,
  rounds: 7,
}
const failure: Failure = {
  workload: 'W3',
  peer: 'brain',
  threads: 1,
  theirThreads: 1,
  status: 'left-out',
  message: 'no answer in 4 s',
}

describe('markdownTable', () => {
  test('pads its columns and says which stand to the right', () => {
    expect(
      markdownTable(
        ['a', 'bcde'],
        [
          ['long', '1'],
          ['s', '22'],
        ],
        ['left', 'right'],
      ),
    ).toBe(['| a    | bcde |', '| ---- | ---: |', '| long |    1 |', '| s    |   22 |'].join('\n'))
  })
})

describe('outcomeTable', () => {
  test('shows figures, ratio, spread and bar, and why something did not come about', () => {
    const lines = outcomeTable([withBar(result), failure]).split('\n')
    expect(lines[2]).toMatch(
      /W2 +\| torch \| +97,500 \| 53,600 \| samples\/s \| 1\.82 × \| +4 % \| met 1\.8 ×/,
    )
    expect(lines[3]).toContain('left-out: no answer in 4 s')
  })

  test('names the threads of a peer that has others than ours', () => {
    const table = outcomeTable([{ ...result, threads: 2, theirThreads: 1 }])
    expect(table).toContain('| torch, 1 thread |')
  })

  test.each([
    { value: 0.012345, text: '0.0123' },
    { value: 4.5678, text: '4.57' },
    { value: 53_649, text: '53,600' },
    { value: Number.NaN, text: 'NaN' },
  ])('$value reads $text', ({ value, text }) => {
    expect(number(value)).toBe(text)
  })
})

describe('withBar', () => {
  test.each([
    { ratio: 1.81, spread: 0, met: true },
    { ratio: 1.75, spread: 0, met: false },
    // Within the run's own spread it counts as met.
    { ratio: 1.75, spread: 0.05, met: true },
  ])('$ratio ± $spread against 1.8 is met: $met', ({ ratio, spread, met }) => {
    expect(withBar({ ...result, ratio, spread })).toMatchObject({ bar: 1.8, met })
  })

  test('holds for the threads that it was set for, and for cubes alone among the products', () => {
    expect(withBar({ ...result, threads: 2, theirThreads: 2 }).bar).toBeUndefined()
    const product = (shape: string) =>
      withBar({ ...result, peer: 'fma-peak', workload: `product/${shape}/forward` }).bar
    expect(product('64x64x64')).toBe(0.85)
    expect(product('64x784x128')).toBeUndefined()
  })
})

describe('barSummary', () => {
  test('counts what was asked for and names what was missed', () => {
    const [within, missed] = [0.3, 0].map((spread) => withBar({ ...result, ratio: 1.5, spread }))
    expect(barSummary([withBar(result), { ...result, peer: 'tfjs' }])).toBe(
      'Bars: 1 met, 0 within ±, 0 missed.',
    )
    expect(barSummary([withBar(result), within as Result, missed as Result])).toBe(
      'Bars: 1 met, 1 within ±, 1 missed: W2 torch 1.5 × of 1.8 ×.',
    )
  })
})

describe('jsonLines', () => {
  test('writes a line each, with the keys that readers know', () => {
    const [first = '', second = '', rest] = jsonLines([result, failure]).split('\n')
    expect(JSON.parse(first)).toMatchObject({
      workload: 'W2',
      peer: 'torch',
      threads: 1,
      ours: 97_531.9,
      theirs: 53_600,
      unit: 'samples/s',
      ratio: 1.8196,
      spread: 0.043,
    })
    expect(JSON.parse(second)).toMatchObject({ peer: 'brain', status: 'left-out' })
    expect(rest).toBe('')
  })
})
