/** What goes into a link comes out of it, and what is damaged says so. */
import { describe, expect, it } from 'vitest'
import { decodeExperiment, encodeExperiment } from '../src/state/share.ts'

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values)

describe('a link', () => {
  it.each([
    ['a text', { text: 'dense 1', files: {}, acts: [] }],
    [
      'a text in many scripts',
      {
        text: '// größer → 大 🙂\r\ndense 1\n',
        files: {},
        acts: [{ text: 'dense 1' }, { to: 12 }],
      },
    ],
    [
      'what was done with the weights',
      {
        text: 'dense 1',
        files: {},
        acts: [
          { text: 'dense 1' },
          { model: bytes(0, 255, 7) },
          { weight: 'dense1.weight', index: 3, value: -0.1 },
          { text: 'dense 1\noptimizer sgd' },
          { to: 'end' as const },
        ],
      },
    ],
    [
      'small data, as text and as bytes',
      {
        text: 'data csv "a.csv"',
        files: {
          'a.csv': new TextEncoder().encode('\uFEFFx,y\n1,"a ""b"""\n'),
          'b.bin': bytes(0, 255, 128, 10),
        },
        acts: [{ text: 'data csv "a.csv"' }, { to: 'end' as const }],
      },
    ],
  ])('holds %s', async (_, experiment) => {
    const fragment = await encodeExperiment(experiment)
    expect(fragment).toMatch(/^e=[\w-]*$/)
    expect(await decodeExperiment(`#${fragment}`)).toEqual(experiment)
  })

  it('is short for a short text', async () => {
    const text = 'data synthetic spiral(points=400, noise=0.1)\ndense 16 tanh -> dense 2\n'
    expect(
      (await encodeExperiment({ text, files: {}, acts: [{ text }, { to: 100 }] })).length,
    ).toBeLessThan(200)
  })

  it('of another kind is none', async () => {
    expect(await decodeExperiment('')).toBe(undefined)
    expect(await decodeExperiment('#section')).toBe(undefined)
  })

  it('that was cut off or changed says so', async () => {
    const fragment = await encodeExperiment({ text: 'dense 1'.repeat(30), files: {}, acts: [] })
    for (const broken of [
      fragment.slice(0, -5),
      'e=',
      'e=!!',
      `${fragment.slice(0, 20)}A`,
      'e=AAAA',
    ])
      expect(await decodeExperiment(broken)).toContain('damaged')
  })

  it('of another version, or of weights without a text, says so', async () => {
    const packed = async (stored: unknown): Promise<string> => {
      const stream = new CompressionStream('deflate-raw')
      const out = new Blob([JSON.stringify(stored)]).stream().pipeThrough(stream)
      return `e=${Buffer.from(await new Response(out).arrayBuffer()).toString('base64url')}`
    }
    const old = await packed({ version: 1, text: 'dense 1', files: [], step: 3 })
    expect(await decodeExperiment(old)).toContain('older')
    const acts = [{ to: 'end' }]
    const headless = await packed({ version: 2, text: 'dense 1', files: [], acts })
    expect(await decodeExperiment(headless)).toContain('damaged')
  })

  it('of a later version asks to load the page again', async () => {
    const stream = new CompressionStream('deflate-raw')
    const packed = new Blob([JSON.stringify({ version: 3 })]).stream().pipeThrough(stream)
    const later = Buffer.from(await new Response(packed).arrayBuffer()).toString('base64url')
    expect(await decodeExperiment(`e=${later}`)).toContain('newer')
  })
})
