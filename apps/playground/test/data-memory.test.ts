/** A slider that moves reads no file again; another file under the same name is read. */
import { describe, expect, it } from 'vitest'
import { describeFile } from '../src/worker/describe-file.ts'
import { openText } from '../src/worker/open-text.ts'
import type { Files } from '../src/worker/protocol.ts'

const table = (factor: number): Uint8Array =>
  new TextEncoder().encode(
    `a,b\n${Array.from({ length: 20 }, (_, i) => `${i},${i * factor}`).join('\n')}`,
  )

/** As a message brings them: copies. */
const files = (factor: number): Files => ({ 'own.csv': table(factor), 'iris.csv': 'data:,' })

const text = 'data csv "own.csv" {\n  target b\n}\ndense 1\nloss mse\noptimizer adam lr=0.1\n'

describe('data that were read', () => {
  it.each([
    ['after another learning rate', text.replace('0.1', '0.2')],
    ['after a line above them', `// a note\n${text}`],
    ['in a text that has errors', text.replace('dense 1', 'dense 3')],
  ])('are kept %s', async (_, next) => {
    const { data } = await openText(text, files(2))
    expect(data?.encoded.rows).toBe(20)
    expect((await openText(next, files(2))).data).toBe(data)
  })

  it.each([
    ['the bytes are', text, 3],
    ['the target is', text.replace('target b', 'target a'), 2],
    ['the split is', text.replace('target b', 'target b\n  split train=50% validate=50%'), 2],
    ['the seed is', `${text}seed 5\n`, 2],
  ])('are read again where %s another', async (_, next, factor) => {
    const { data } = await openText(text, files(2))
    const { data: other } = await openText(next, files(factor))
    expect(other?.encoded.rows).toBe(20)
    expect(other).not.toBe(data)
  })

  it('to be described are the ones that the text is trained on, as if it had read them itself', async () => {
    const own = text.replace('loss mse', 'loss mse\nmetrics [mae]')
    const { data: read } = await openText(own, files(7))
    await openText('data synthetic xor\ndense 2\n', {})
    await describeFile('own.csv', table(7))
    const { data } = await openText(own, files(7))
    expect(data).not.toBe(read)
    expect(data).toEqual(read)
  })

  it('are told to lack a column each time, with its place', async () => {
    await openText(text, files(2))
    await describeFile('own.csv', table(2))
    for (const before of ['', '\n\n']) {
      const wrong = `${before}${text.replace('target b', 'target c')}`
      const { diagnostics } = await openText(wrong, files(2))
      expect(diagnostics[0]?.code).toBe('column-not-found')
      expect(diagnostics[0]?.span.start).toBe(wrong.indexOf('c\n}'))
    }
  })
})
