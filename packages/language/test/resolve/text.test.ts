/** Texts as data: windows of characters, and a class at each place. */
import { describe, expect, it } from 'vitest'
import { experimentOf, factsOfText, outcome } from '../support/resolving.ts'

const model = 'embed 59 dim=8 -> gru 16 sequences=true -> dense 59'

describe('`data text`', () => {
  it('is cut into windows of 64 characters, or of as many as `window` says', () => {
    const sourceOf = (rest: string) => outcome(`data text "a.txt"${rest}\n${model}`).request?.source
    expect(sourceOf('')).toMatchObject({ kind: 'text', window: { value: 64 } })
    expect(sourceOf(' { window 100 }')).toMatchObject({ kind: 'text', window: { value: 100 } })
  })

  it('gives whole numbers, and a cross-entropy at each place', () => {
    const { graph, shaped, metrics, settings } = experimentOf(
      `data text "a.txt"\n${model}`,
      factsOfText(),
    )
    expect(graph.inputs).toEqual([{ name: 'input', shape: [64], dtype: 'i32' }])
    expect(graph.heads[0]?.loss?.name).toBe('cross-entropy')
    expect(shaped?.nodes.at(-1)?.outputShapes['h']?.slice(1)).toEqual([64, 59])
    expect(metrics.map(({ metric }) => metric.name)).toEqual(['accuracy'])
    expect(settings).toContain('window 64')
    expect(settings).not.toContain('scale standard')
  })

  it('that cannot be read is not said to hold numbers', () => {
    expect(outcome(`data text "a.txt" { window 0 }\n${model}`).codes).toEqual(['argument-range'])
  })

  it('may have its input declared', () => {
    const { graph } = experimentOf(
      'data text "a.txt"\ninput t 64 integer\n@t -> embed 59 dim=8 -> dense 59',
      factsOfText(),
    )
    expect(graph.inputs).toEqual([{ name: 't', shape: [64], dtype: 'i32' }])
  })
})
