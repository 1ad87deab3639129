import { describe, expect, it } from 'vitest'
import { applyEdits, applyFixes } from '../../src/diagnostic.ts'
import { parse } from '../../src/parse.ts'

const mended = (text: string): string => applyFixes(text, parse(text).diagnostics)

describe('the edits of a diagnostic', () => {
  it.each([
    ['dense(16, relu) -> dense(1)', 'dense 16 relu -> dense 1'],
    ['dense (16, relu)', 'dense 16 relu'],
    ['dense(16,relu)as x', 'dense 16 relu as x'],
    ['dense(width * 2, relu)', 'dense (width * 2) relu'],
    ['dense(\n  16, // first\n  relu)', 'dense(\n  16, // first\n  relu)'],
    ['dense(\n  16,\n  relu\n)', 'dense 16 relu'],
    ['relu() -> dense(1)', 'relu -> dense 1'],
    ['dense(16)->relu', 'dense 16 ->relu'],
    ['train(epochs=100, batch=16)', 'train epochs=100 batch=16'],
    ['dense 16, relu', 'dense 16 relu'],
    ['dense 16,relu', 'dense 16 relu'],
    ['dense 16,\n  relu', 'dense 16 relu'],
    ['dense 16,', 'dense 16'],
    ['dense 16, // a\n relu', 'dense 16, // a\n relu'],
    ['metrics accuracy, f1(a=1), auc', 'metrics [accuracy, f1(a=1), auc]'],
    ['optimizer adam lr=0,1', 'optimizer adam lr=0.1'],
    ['optimizer adam 0,1', 'optimizer adam 0,1'],
    ['dense width * 2 relu', 'dense (width * 2) relu'],
    ['dense units=width + 1 relu', 'dense units=(width + 1) relu'],
    ['dense [k * 2, k]', 'dense [(k * 2), k]'],
    ['split 80/20', 'split train=80% validate=20%'],
    ['split 70%/15%/15% stratify=y', 'split train=70% validate=15% test=15% stratify=y'],
    ['concat axis=- 1', 'concat axis=-1'],
    ['optimizer adam lr: 0.1', 'optimizer adam lr=0.1'],
    ['conv 16 (3, 3)', 'conv 16 [3, 3]'],
    ['metrics [accuracy auc,]', 'metrics [accuracy, auc]'],
    ['dense 16\nmlp 1', 'dense 16\n'],
    ['dense 16 → dense 1', 'dense 16 -> dense 1'],
    ['data csv “iris.csv”', 'data csv "iris.csv"'],
    ["data csv 'iris.csv'", 'data csv "iris.csv"'],
    ['data csv "iris.csv', 'data csv "iris.csv"'],
    ['data csv "a\\iris.csv"', 'data csv "a/iris.csv"'],
    ['dense 16 # hidden', 'dense 16 // hidden'],
    ['dense 16 /* hidden', 'dense 16 /* hidden */'],
    ['dropout .5 -> conv 3X3', 'dropout 0.5 -> conv 3x3'],
    ['dropout 20 %', 'dropout 20%'],
    ['dense 16 \u200brelu', 'dense 16 relu'],
    ['-> dense 16', 'dense 16'],
    ['dense 16 -> -> dense 1 ->', 'dense 16 -> dense 1'],
    ['dense 3 -> loss mse', 'dense 3\nloss mse'],
    ['width = 64', 'let width = 64'],
    ['seed = 42', 'seed 42'],
    ['loss mse on price', 'loss mse on @price'],
    ['[a, b] -> concat as @c', '[@a, @b] -> concat as c'],
    ['use ./layers.mlp as l', 'use "./layers.mlp" as l'],
    ['metrics [accuracy,\nloss mse', 'metrics [accuracy]\nloss mse'],
    ['dense f(g(1', 'dense f(g(1))'],
    ['dense (4 * 4))', 'dense (4 * 4)'],
    ['dense [1, 2)', 'dense [1, 2]'],
    ['model a {\n  relu\nloss mse', 'model a {\n  relu\n}\nloss mse'],
    ['model a\n{\n  relu\n}', 'model a {\n  relu\n}'],
    ['model a // why\n{\n  relu\n}', 'model a { // why\n\n  relu\n}'],
  ])('turn %j into %j', (wrong, right) => {
    expect(parse(wrong).diagnostics).not.toEqual([])
    expect(mended(wrong)).toBe(right)
    if (right !== wrong) expect(parse(right).diagnostics).toEqual([])
  })

  it('are taken whole or not at all where two diagnostics want one place', () => {
    const edit = (start: number, end: number, text: string) => ({ span: { start, end }, text })
    const [found] = parse('dense .5').diagnostics
    if (found === undefined) throw new Error('no diagnostic')
    const first = { ...found, edits: [edit(0, 1, 'A')] }
    const second = { ...found, edits: [edit(0, 2, 'B'), edit(4, 5, 'C')] }
    expect(applyFixes('abcdef', [first, second])).toBe('Abcdef')
  })

  it('may come in any order', () => {
    const edits = [
      { span: { start: 2, end: 3 }, text: '' },
      { span: { start: 0, end: 0 }, text: '>' },
    ]
    expect(applyEdits('abc', edits)).toBe('>ab')
  })
})
