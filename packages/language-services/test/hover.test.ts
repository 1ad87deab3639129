import { describe, expect, test } from 'vitest'
import { hovered } from './support/seen.ts'

describe('a box says what stands at the cursor', () => {
  test('of a layer how it is written, what flows through it and what it learns', () => {
    expect(hovered('den‸se 16 relu -> dense 3')).toBe(
      `\`\`\`mlp
dense units activation=linear bias=true weights=glorot-uniform
\`\`\`

Every output is a weighted sum of all inputs and a bias, then an activation.

input: \`[B, 4]\`  
output: \`[B, 16]\`  
parameters: \`80\``,
    )
  })

  test.each<[cursor: string, said: readonly string[]]>([
    ['dense ‸16', ['units of dense', 'A whole number from 1.']],
    ['conv 32 3x‸3', ['kernel of conv', 'height and width']],
    ['conv 32 3x3 pa‸d=same', ['pad of conv', 'Default: `valid`.']],
    ['dense 16 re‸lu', ['keeps what is positive', 'argument: `activation of dense`']],
    ['dense 16 relu -‸> dense 1', ['output: `[B, 16]`']],
    ['let w = 2 * 8\ndense ‸w', ['let w = 2 * 8 = 16', 'argument: `units of dense`']],
    ['/// Wide.\nlet ‸w = 8\ndense w', ['let w = 8', 'Wide.']],
    ['dense 3 as enc\n@e‸nc -> dense 1', ['The output of `dense 3`.', 'output: `[B, 3]`']],
    ['dense 3 as e‸nc', ['The output of `dense 3`.']],
    [
      '/// A photo.\ninput image 8x8x3\n@ima‸ge -> flatten',
      ['An input of the model.', 'A photo.', 'shape: `[B, 8, 8, 3]`'],
    ],
    [
      '/// Twice.\nblock cell(w, rate=10%) { dense w -> dropout rate }\ncel‸l 8',
      ['cell w rate=10%', 'Twice.', 'output: `[B, 8]`', 'parameters: `40`'],
    ],
    [
      'bran‸ch { dense 3; dense 4 } -> concat',
      ['one tensor for each', 'output: `[B, 3], [B, 4]`', 'parameters: `35`'],
    ],
    ['repe‸at 3 { dense 4 }', ['copies of its braces', 'parameters: `60`']],
    ['lo‸ss huber', ['What is made small']],
    ['loss hub‸er', ['huber(delta=1)', 'outliers weigh less']],
    ['loss huber delta=1‸.5', ['delta of huber', 'Default: `1`.']],
    ['optimizer adam schedule=cos‸ine', ['half a cosine', 'argument: `schedule of adam`']],
    ['optimizer adam schedule=cosine(war‸mup=5)', ['warmup of cosine']],
    [
      'data synthetic spi‸ral(points=5)',
      ['spiral(points=200, noise=0.1, classes=2, seed=0)', 'Arms that wind'],
    ],
    ['data csv "a.csv" { target spe‸cies }', ['3 classes']],
    ['data csv "a.csv" { scale stan‸dard }', ['standard deviation 1', 'argument: `kind of scale`']],
    ['data c‸sv "a.csv"', ['A table in a text file']],
    ['loss cross-entropy class-weights=bal‸anced', ['in inverse proportion']],
    ['metrics [accu‸racy]', ['predicted right']],
    ['data p.spar‸se "a.svm" 3', ['p.sparse(width)', 'Rows of LIBSVM.']],
    ['data p.sparse "a.svm" wid‸th=3', ['width of', 'A whole number from 1']],
    ['dense 1\nloss mse o‸n @output', ['The output of the model']],
    ['output y=@‸a\ndense 1 as a', ['The output of `dense 1`.']],
  ])('%s', (cursor, said) => {
    const box = hovered(cursor)
    for (const each of said) expect(box).toContain(each)
  })

  test('of a piece that is read several times all of what it learns', () => {
    const box = hovered('block cell(w) { den‸se w }\ncell 8 -> cell 2')
    expect(box).toContain('output: `[B, 8] … (2 shapes)`')
    expect(box).toContain('parameters: `58`')
    expect(box).toContain('used: `2 times`')
  })

  test.each([['// a ‸comment'], ['dense 16 ‸ '], ['unkn‸own 3'], ['dense 3 \n ‸ \n']])(
    'nothing of %s',
    (cursor) => {
      expect(hovered(cursor)).toBe('')
    },
  )
})
