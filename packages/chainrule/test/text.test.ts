/** A text as data: a class at each place, from the file to predictions. */
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

/** What comes after a letter is known, after a space it is one of three. */
const words = ['abc', 'bca', 'cab']
const content = Array.from({ length: 500 }, (_, i) => words[(i * i + i) % 3]).join(' ')
const model = `data text "words.txt" { window 16; split train=80% validate=10% test=10% }
embed 4 dim=8 -> positional -> residual { norm -> attention 2 causal=true } -> dense 4
optimizer adam lr=0.01
train epochs=25 batch=8
metrics [accuracy, confusion]
`
const place = folder({
  'words.txt': content,
  'words.mlp': model,
  'few.txt': 'abc bca cab abc b',
  'other.txt': 'abc xyz cab abc bca',
  'short.txt': 'abc',
})
const { file } = place

describe('a model of a text', () => {
  test('learns what follows, and says so in nats of a character', async () => {
    const { out, code, err } = await run(
      ...['train', file('words.mlp'), '--out', file('words.safetensors'), '--format', 'json'],
    )
    expect(code, err).toBe(0)
    const told = records<Record<string, Record<string, number>>>(out)
    const { validation = {}, test: measured = {} } = told.at(-1) ?? {}
    // Of four characters one is open, at log 3 or less.
    expect(validation['loss']).toBeLessThan(Math.log(3) / 4 + 0.1)
    expect(measured['accuracy']).toBeGreaterThan(0.7)
  })

  test('predicts the character behind each of a window', async () => {
    const of = ['predict', file('words.safetensors'), file('few.txt')]
    const { out, code, err } = await run(...of, '--format', 'json')
    expect(code, err).toBe(0)
    const { text, prediction } = JSON.parse(out) as { text: string; prediction: { value: string } }
    expect(text).toBe('abc bca cab abc ')
    expect(prediction.value).toHaveLength(16)
    // A space follows the third letter of a word.
    expect([...prediction.value].filter((_, t) => t % 4 === 2).join('')).toBe('    ')
    const csv = await run(...of)
    expect(csv.out).toMatch(/^text,prediction\r\n"abc bca cab abc ",/)
    expect(csv.out).toContain(prediction.value.trim())
  })

  test('is measured on any text of its characters', async () => {
    const { out, code } = await run('evaluate', file('words.safetensors'), file('few.txt'))
    expect(code).toBe(0)
    expect(out).toMatch(/^1 row {2}loss [\d.]+ {2}accuracy/)
    const other = await run('evaluate', file('words.safetensors'), file('other.txt'))
    expect(other.code).toBe(1)
    expect(other.err).toContain('error[target-unseen-class]')
    const short = await run('predict', file('words.safetensors'), file('short.txt'))
    expect(short.err).toContain('has 3 characters, a window of 16 takes 17')
  })

  test('has a gradient that agrees three ways', async () => {
    const { out, code } = await run('gradcheck', file('words.mlp'))
    expect(code, out).toBe(0)
  })

  test('says what it takes', async () => {
    const { out } = await run('summary', file('words.safetensors'))
    expect(out).toContain('takes: text in windows of 16')
  })
})

test('a window that is longer than the text is told at its data', async () => {
  const { file } = folder({ 'a.txt': 'abc', 'a.mlp': model.replace('words.txt', 'a.txt') })
  const { out, err, code } = await run('check', file('a.mlp'))
  expect(code).toBe(1)
  const shown = out + err
  expect(shown).toContain('error[window-too-long]: a.txt has 3 characters, a window of 16 takes 17')
  // What the input holds is not known, and nothing else is wrong.
  expect(shown.match(/error\[/g)).toHaveLength(1)
})
