import { describe, expect, test } from 'vitest'
import { completionsAt, facts, labels, taken } from './support/seen.ts'

describe('what may stand at the cursor is offered, the likeliest first', () => {
  const activations = ['linear', 'relu', 'leaky-relu']
  test.each<[cursor: string, first: readonly string[]]>([
    ['dense 16 ‸', activations],
    ['dense 16 re‸ -> dense 1', activations],
    ['dense 16 activation=‸', activations],
    ['dense 16 relu ‸', ['bias', 'weights', 'l1', 'l2', 'freeze', '->', 'as']],
    ['dense 16 relu weights=‸', ['glorot-uniform']],
    ['dense 16 relu bias=‸', ['true', 'false']],
    ['dense 16 relu bias=false ‸', ['weights', 'l1']],
    ['dense 16 relu -> ‸', ['dense', 'dropout', 'gaussian-noise']],
    ['conv 32 ‸', ['kernel', 'activation', 'stride', 'pad', 'causal']],
    ['conv 32 3x3 relu pad=‸', ['valid', 'same', 'causal']],
    ['residual { no‸ }', ['dense']],
    ['‸', ['dense']],
    ['dense 1\n‸', ['data', 'loss', 'optimizer', 'train', 'metrics']],
    ['dense 1\nloss squared\n‸', ['data', 'optimizer', 'train']],
    ['loss ‸', ['squared', 'mse']],
    ['loss huber ‸', ['delta', 'weight', 'class-weights', 'on']],
    ['optimizer adam schedule=‸', ['constant', 'step', 'exponential', 'cosine']],
    ['optimizer adam schedule=cosine(‸', ['warmup', 'total', 'floor']],
    ['optimizer adam lr=‸', ['0.001']],
    ['metrics [accuracy, ‸]', ['accuracy', 'confusion', 'mae']],
    ['metrics [f1(average=‸)]', ['macro', 'micro', 'weighted']],
    ['init ‸', ['zeros', 'ones']],
    ['stop watch=‸\nmetrics [auc]', ['val.loss', 'val.auc', 'train.loss']],
    ['stop restore=‸', ['best', 'last']],
    ['train epochs=10 ‸', ['batch', 'shuffle', 'accumulate']],
    ['regularise ‸', ['l1', 'l2']],
    ['data ‸', ['csv', 'json', 'text', 'idx', 'synthetic', 'p.sparse']],
    ['data p.sparse "a.svm" ‸', ['width', 'time', 'group']],
    ['data synthetic ‸', ['xor', 'spiral', 'circle', 'moons', 'gauss', 'plane']],
    ['data synthetic spiral(points=5, ‸)', ['noise', 'classes', 'seed']],
    ['data csv "iris.csv" ‸', ['header', 'delimiter', 'time', 'group']],
    ['data csv "iris.csv" {\n  ‸\n}', ['target', 'features', 'split', 'scale', 'column', 'window']],
    ['data csv "iris.csv" {\n  target ‸\n}', ['species', 'Beak Length (mm)']],
    ['data csv "iris.csv" {\n  features [‸', ['species', 'Beak Length (mm)']],
    ['data csv "iris.csv" {\n  split stratify=‸\n}', ['species', 'Beak Length (mm)']],
    ['input tokens 64 ‸', ['integer', 'boolean']],
    ['dense 4 as a\ndense 5 as b\n@‸', ['@b', '@a']],
    ['input x 4\n@x -> dense 3 as enc\n[@‸, @x] -> add', ['@enc', '@x']],
    ['dense 4 as a\n@a -> dense 5 as b\nloss mse on @‸', ['@b']],
    ['dense 4 as a\noutput y=@a\nloss mse on @‸', ['@y']],
    ['let width = 64\ndense ‸', ['width', 'units']],
    ['block cell(w, rate=10%) { dense ‸ }', ['w', 'rate']],
    ['block cell(w, rate=10%) { dense w }\ncell 8 ‸', ['rate']],
    ['block cell(w) { dense w }\ndense 3 -> ‸', ['cell']],
    ['let a = 2\nlet b = a * ‸', ['a']],
    ['dense 4 as a\noutput ‸', ['@a']],
    ['dense 4 as a\noutput y=@‸', ['@a']],
    ['dense 4 as a\n@a -> dense 1\nregularise l2 1e-3 on @‸', ['@a']],
    ['model m { dense 4 as a }\nloss mse on @‸', ['@a']],
    ['input a 3\ninput b 4\ndata csv "x" { features @‸ }', ['@a', '@b']],
    ['input t 8 integer\n@t -> embed 9 dim=4 as e\n@e -> dense 9 weights=@‸', ['@e.weight']],
    ['embed 9 dim=4 as e\n@e -> dense 9 weights=‸', ['glorot-uniform']],
    [
      'dense 4 -> repeat 3 { dense 4 } as cell\n@cell.‸',
      ['@cell', '@cell.0', '@cell.1', '@cell.2'],
    ],
    ['lstm 4 as l\n@l‸', ['@l', '@l.state']],
    ['dense 4 as enc\nsame @‸', ['@enc']],
    ['conv 32 3x3 relu st‸=2', ['stride', 'pad']],
    ['use "p" ‸', ['as', 'only', 'version']],
    ['use "./b.mlp" as b ‸', ['only']],
    ['let n = 4\nrepeat ‸ { dense 3 }', ['n']],
  ])('%s', (cursor, first) => {
    expect(labels(cursor).slice(0, first.length)).toEqual(first)
  })
})

describe('nothing is offered where nothing that has a name may stand', () => {
  test.each([
    ['// comment ‸'],
    ['dense 1‸'],
    ['dense ‸16'],
    ['dense 16 -‸> dense 1'],
    ['dense 16 as ‸'],
    ['let ‸ = 3'],
    ['block ‸'],
    ['data csv "ir‸is.csv"'],
    ['use ‸'],
    ['use "p" as ‸'],
    ['use "p" only ‸'],
    ['use "p" only ‸[swiglu]'],
    ['input ‸'],
  ])('%s', (cursor) => {
    expect(labels(cursor)).toEqual([])
  })
})

test('a completion says how it is written and what it is', () => {
  const [dense] = completionsAt('den‸')
  expect(dense).toEqual({
    label: 'dense',
    kind: 'layer',
    detail: 'dense units activation=linear bias=true weights=glorot-uniform',
    documentation: 'Every output is a weighted sum of all inputs and a bias, then an activation.',
    edit: { span: { start: 0, end: 3 }, text: 'dense' },
  })
  const stride = completionsAt('conv 32 3x3 str‸').find(({ label }) => label === 'stride')
  expect(stride).toEqual({
    label: 'stride',
    kind: 'argument',
    detail: 'stride=1',
    documentation: 'A whole number from 1, or height and width as in `3x3`. Default: `1`.',
    default: '1',
    edit: { span: { start: 12, end: 15 }, text: 'stride=' },
  })
})

test('a reference says what flows from it, a constant what it is', () => {
  const [enc] = completionsAt('input x 4\n@x -> dense 3 relu as enc\n@‸')
  expect(enc?.detail).toBe('[B, 3]')
  expect(enc?.documentation).toBe('The output of `dense 3 relu`.')
  const [width] = completionsAt('/// Of all layers.\nlet width = 2 * 32\ndense ‸')
  expect(width?.detail).toBe('= 64')
  expect(width?.documentation).toBe('Of all layers.')
})

test('layers that do not take what flows there come last and say so', () => {
  const offered = completionsAt('input image 28x28x1\n@image -> ‸')
  const place = (label: string): number => offered.findIndex((each) => each.label === label)
  expect(place('conv')).toBeLessThan(place('relu'))
  expect(place('conv')).toBeLessThan(place('embed'))
  const conv = completionsAt('dense 4 -> ‸').find(({ label }) => label === 'conv')
  expect(conv?.documentation).toMatch(/It does not take what flows here\.$/)
  const first = labels('input tokens 8 integer\n@tokens -> ‸')[0]
  expect(first).toBe('embed')
})

test('constants are offered where their values fit', () => {
  expect(labels('let width = 4\nlet f = relu\ndense 3 ‸')).toContain('f')
  expect(labels('let width = 4\nlet f = relu\ndense 3 ‸')).not.toContain('width')
  expect(labels('let width = 4\nlet f = relu\ndense ‸')).not.toContain('f')
})

test('a block is not offered inside itself, nor a reference above its name', () => {
  expect(labels('block cell(w) { ‸ }')).not.toContain('cell')
  expect(labels('@‸\ndense 3 as later')).not.toContain('@later')
})

describe('taking a completion writes it whole, apart from what stands beside it', () => {
  test.each<[cursor: string, label: string, after: string]>([
    ['dn‸se 16', 'dense', 'dense 16'],
    ['‸dropout', 'dense', 'dense'],
    ['dense 16 ‸-> dense 1', 'relu', 'dense 16 relu -> dense 1'],
    ['dense 16 relu -> dr‸', 'dropout', 'dense 16 relu -> dropout'],
    ['dense 16 relu we‸', 'weights', 'dense 16 relu weights='],
    ['dense 16 relu ‸', '->', 'dense 16 relu -> '],
    ['conv 32 3x3 relu st‸=2', 'stride', 'conv 32 3x3 relu stride=2'],
    ['stop watch=val.‸', 'val.loss', 'stop watch=val.loss'],
    ['dense 4 as a\n@‸', '@a', 'dense 4 as a\n@a'],
    [
      'data csv "a.csv" { target ‸ }',
      'Beak Length (mm)',
      'data csv "a.csv" { target "Beak Length (mm)" }',
    ],
    [
      'data csv "a.csv" { target "Be‸" }',
      'Beak Length (mm)',
      'data csv "a.csv" { target "Beak Length (mm)" }',
    ],
  ])('%s, %s', (cursor, label, after) => {
    expect(taken(cursor, label)).toBe(after)
  })
})

test('without facts and data all the same is offered but for columns', () => {
  const less = { facts: undefined, columns: undefined, generators: undefined }
  expect(labels('dense 16 relu -> ‸', less)).toEqual(expect.arrayContaining(['dense', 'conv']))
  expect(labels('data csv "a.csv" { target ‸ }', less)).not.toContain('species')
  expect(labels('data synthetic ‸', less)).toEqual([])
})

test('a column is offered once, and no target among the features', () => {
  const data = (inside: string): string => `data csv "a.csv" { target species; ${inside} }`
  expect(labels(data('features [‸]'))).toEqual(['Beak Length (mm)'])
  expect(labels('data csv "a.csv" { features ["Beak Length (mm)", ‸] }')).toEqual(['species'])
  expect(labels('data csv "a.csv" { target species shift=2; features [‸] }')).toContain('species')
  expect(labels('data csv "a.csv" { target "spe‸cies" }')).toContain('species')
})

describe('by what the data say of the target', () => {
  const of = (kind: 'number' | 'class', more: { readonly head?: string } = {}) => ({
    ...{
      head: more.head,
      name: 'y',
      kind,
      width: 1,
      classes: kind === 'class' ? ['p', 'q', 'r'] : [],
    },
  })
  const withTargets = (...targets: ReturnType<typeof of>[]) => ({ facts: { ...facts, targets } })

  test('losses and metrics that are for it come first', () => {
    expect(labels('loss ‸', withTargets(of('class')))[0]).toBe('cross-entropy')
    expect(labels('loss ‸', withTargets(of('number')))[0]).toBe('squared')
    expect(labels('metrics [‸]', withTargets(of('number')))[0]).toBe('mae')
    const mse = completionsAt('loss ‸', withTargets(of('class'))).find(
      ({ label }) => label === 'mse',
    )
    expect(mse?.documentation).toMatch(/Not for this target\.$/)
  })

  test('of several heads that of which the statement speaks', () => {
    const heads = withTargets(of('number', { head: 'a' }), of('class', { head: 'b' }))
    expect(labels('loss ‸ on @b', heads)[0]).toBe('cross-entropy')
    expect(labels('loss ‸ on @a', heads)[0]).toBe('squared')
  })

  test('what is measured unasked can be watched', () => {
    const watched = labels('stop watch=‸', withTargets(of('number')))
    expect(watched).toEqual(['val.loss', 'val.mae', 'val.r2', 'train.loss'])
  })
})

test('a name that takes nothing does not stand twice side by side', () => {
  const cursors = ['‸', 'dense 4 ‸', 'dense 4 -> ‸', 'dense 1\nloss ‸', 'dense 1\nmetrics [‸]']
  const offered = cursors.flatMap((cursor) => completionsAt(cursor))
  for (const name of ['add', 'relu', 'flatten']) {
    const found = offered.filter(({ label }) => label === name)
    expect(found.length).toBeGreaterThan(0)
    for (const { detail, documentation } of found) {
      expect(detail).toBe('')
      expect(documentation).not.toBe('')
    }
  }
  const isTwice = ({ label, detail }: { label: string; detail: string }): boolean =>
    detail === label || detail === `${label} (default)`
  expect(offered.filter(isTwice)).toEqual([])
})
