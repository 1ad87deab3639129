/** What a person reads where data, target, loss and training do not fit: the whole text, as `check` prints it. */
import { expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const rows = Array.from({ length: 60 }, (_, i) =>
  [i, (i * 7) % 5, 3, ['x', 'y', 'z'][i % 3], `${2 * i}.5`].join(),
)
const good = `a,b,c,kind,y\n${rows.join('\n')}\n`
const data = (inside: string): string => `data csv "d.csv" { ${inside} }\n`

const cases: readonly [mistake: string, text: string, csv: string, shown: string][] = [
  [
    'a file that is not there',
    `${data('target y').replace('d.csv', 'e.csv')}dense 1\n`,
    good,
    `error[path-not-found]: there is no file e.csv
 --> model.mlp:1:10
1 | data csv "e.csv" { target y }
  |          ^^^^^^^
  = help: did you mean \`d.csv\`? paths are relative to the model file
`,
  ],
  [
    'a target that is not there',
    `${data('target yy')}dense 1\n`,
    good,
    `error[column-not-found]: d.csv has no column \`yy\`, the target
 --> model.mlp:1:27
1 | data csv "d.csv" { target yy }
  |                           ^^
  = help: did you mean \`y\`? it has \`a\`, \`b\`, \`c\`, \`kind\`, \`y\`
`,
  ],
  [
    'a feature that is not there',
    `${data('target y; features [a, bb]')}dense 1\n`,
    good,
    `error[column-not-found]: d.csv has no column \`bb\`
 --> model.mlp:1:43
1 | data csv "d.csv" { target y; features [a, bb] }
  |                                           ^^
  = help: did you mean \`b\`? it has \`a\`, \`b\`, \`c\`, \`kind\`, \`y\`
`,
  ],
  [
    'several columns that are not there',
    `${data('target yy; features [a, zz]; split train=80% stratify=kin')}dense 1\n`,
    good,
    `error[column-not-found]: d.csv has no column \`yy\`, the target
 --> model.mlp:1:27
1 | data csv "d.csv" { target yy; features [a, zz]; split train=80% stratify=kin }
  |                           ^^
  = help: did you mean \`y\`? it has \`a\`, \`b\`, \`c\`, \`kind\`, \`y\`

error[column-not-found]: d.csv has no column \`zz\`
 --> model.mlp:1:44
1 | data csv "d.csv" { target yy; features [a, zz]; split train=80% stratify=kin }
  |                                            ^^
  = help: it has \`a\`, \`b\`, \`c\`, \`kind\`, \`y\`

error[column-not-found]: d.csv has no column \`kin\`
 --> model.mlp:1:74
1 | data csv "d.csv" { target yy; features [a, zz]; split train=80% stratify=kin }
  |                                                                          ^^^
  = help: did you mean \`kind\`? it has \`a\`, \`b\`, \`c\`, \`kind\`, \`y\`
`,
  ],
  [
    'two targets and one output',
    `${data('target y; target b; features [a]')}dense 1\n`,
    good,
    `error[target-width]: the targets \`y\` and \`b\` are 2 numbers, but the last layer gives 1
 --> model.mlp:2:7
1 | data csv "d.csv" { target y; target b; features [a] }
  |                           - the target
2 | dense 1
  |       ^ 2 numbers are needed
  = help: use \`dense 2\`
`,
  ],
  [
    'quantities taken for classes',
    `${data('target b; features [a]')}dense 3\nloss cross-entropy\n`,
    good,
    `error[target-width]: the target \`b\` has 5 classes, but the last layer gives 3
 --> model.mlp:2:7
1 | data csv "d.csv" { target b; features [a] }
  |                           - the target
2 | dense 3
  |       ^ 5 numbers are needed
  = help: use \`dense 5\`
  = help: where \`b\` is a quantity and no class, write \`loss mse\` and end in one number
`,
  ],
  [
    'quantities taken for yes or no',
    `${data('target b; features [a]')}dense 1\nloss binary-cross-entropy\n`,
    good,
    `error[target-not-binary]: d.csv, column \`b\`: the target has 5 classes, where two are asked for
 --> model.mlp:1:27
1 | data csv "d.csv" { target b; features [a] }
  |                           ^
  = help: end the model in \`dense 5\` with \`loss cross-entropy\`; where it is a quantity, with \`loss mse\`
`,
  ],
  [
    'three classes and one output',
    `${data('target kind; features [a, b]')}dense 8 relu -> dense 1\n`,
    good,
    `error[target-width]: the target \`kind\` has 3 classes, but the last layer gives 1
 --> model.mlp:2:23
1 | data csv "d.csv" { target kind; features [a, b] }
  |                           ---- the target
2 | dense 8 relu -> dense 1
  |                       ^ 3 numbers are needed
  = help: use \`dense 3\`
`,
  ],
  [
    'a loss for numbers where there are classes',
    `${data('target kind; features [a, b]')}dense 3\nloss mse\n`,
    good,
    `error[loss-mismatch]: \`mse\` is for numbers, but the target \`kind\` has 3 classes
 --> model.mlp:3:6
1 | data csv "d.csv" { target kind; features [a, b] }
  |                           ---- the target
...
3 | loss mse
  |      ^^^ does not fit the target
  = help: use \`cross-entropy\`, \`focal\` or \`hinge\`
`,
  ],
  [
    'a loss for classes where there are numbers',
    `${data('target y; features [a, b]')}dense 1\nloss cross-entropy\n`,
    good,
    `error[target-type]: d.csv, column \`y\`: the target holds numbers, where classes are asked for
 --> model.mlp:1:27
1 | data csv "d.csv" { target y; features [a, b] }
  |                           ^
  = help: a loss for numbers (\`mse\`) fits this target; if the guess is wrong, write \`column "y" category\`
`,
  ],
  [
    'softmax before cross-entropy',
    `${data('target kind; features [a, b]')}dense 3 softmax\nloss cross-entropy\n`,
    good,
    `error[activation-before-loss]: \`cross-entropy\` takes logits, but the last layer applies \`softmax\`
 --> model.mlp:2:9
2 | dense 3 softmax
  |         ^^^^^^^ the loss applies it itself, and more exactly
  = help: leave it out: predictions are probabilities all the same
`,
  ],
  [
    'a split of more than all rows',
    `${data('target y; features [a, b]; split train=80% test=30%')}dense 1\n`,
    good,
    `error[split-sum]: the parts of this split add up to 110%
 --> model.mlp:1:53
1 | data csv "d.csv" { target y; features [a, b]; split train=80% test=30% }
  |                                                     ^^^^^^^^^^^^^^^^^^ they should add up to 100%
`,
  ],
  [
    'a constant column',
    `${data('target y; features [a, c]')}dense 1\n`,
    good,
    `warning[column-constant]: column \`c\` has the same value in every row of the training part
 --> model.mlp:1:43
1 | data csv "d.csv" { target y; features [a, c] }
  |                                           ^
  = help: it tells the model nothing: leave it out of \`features\`
`,
  ],
  [
    'an unscaled column',
    `${data('target y; features [a, b]; scale none')}dense 1\n`,
    good.replaceAll(/^(\d+),/gm, '$1000,'),
    `warning[column-unscaled]: column \`a\` runs from 0 to 59000, and nothing scales it
 --> model.mlp:1:40
1 | data csv "d.csv" { target y; features [a, b]; scale none }
  |                                        ^
  = help: such numbers make training slow or let it fail: write \`scale standard\`, or leave \`scale\` out
`,
  ],
  [
    'an unscaled target',
    `${data('target a; features [b]; scale none')}dense 1\n`,
    good.replaceAll(/^(\d+),/gm, '$1000.5,'),
    `warning[column-unscaled]: column \`a\` runs from 0.5 to 59000.5, and nothing scales it
 --> model.mlp:1:27
1 | data csv "d.csv" { target a; features [b]; scale none }
  |                           ^
  = help: such numbers make training slow or let it fail: write \`scale standard\`, or leave \`scale\` out
`,
  ],
  [
    'a split stratified by a quantity of few values',
    `${data('target b; features [a]; split train=80% validate=20% stratify=b')}dense 1\n`,
    good,
    `error[split-stratify]: a split cannot be stratified by \`b\`, which is a number
 --> model.mlp:1:82
1 | data csv "d.csv" { target b; features [a]; split train=80% validate=20% stratify=b }
  |                                                                                  ^ its values are quantities, not categories to share out
  = help: leave \`stratify\` out, or name a column of categories
`,
  ],
  [
    'a split stratified by decimals of few values',
    `${data('target a; features [b]; split train=80% validate=20% stratify=y')}dense 1\n`,
    good.replaceAll(/\d+\.5$/gm, '0.5'),
    `error[stratify-number]: column \`y\` holds numbers, and no classes, to stratify the split by
 --> model.mlp:1:82
1 | data csv "d.csv" { target a; features [b]; split train=80% validate=20% stratify=y }
  |                                                                                  ^
  = help: stratify by a column of classes, or leave \`stratify\` out
`,
  ],
  [
    'an infinite number',
    `${data('target y; features [a, b]')}dense 1\n`,
    `${good}Infinity,1,3,x,2\n`,
    `error[non-finite]: d.csv:62, column \`a\`: \`Infinity\` is not a finite number
 --> model.mlp:1:40
1 | data csv "d.csv" { target y; features [a, b] }
  |                                        ^
  = help: leave the cell empty (in JSON or memory: \`null\`) where the value is not known
`,
  ],
  [
    'a learning rate that is far from usual',
    `${data('target y; features [a, b]')}dense 1\noptimizer adam lr=0.5\n`,
    good,
    `warning[learning-rate]: a learning rate of 0.5 is very large for \`adam\`
 --> model.mlp:3:16
3 | optimizer adam lr=0.5
  |                ^^^^^^ usual is about 0.001
`,
  ],
]

test.each(cases)('%s', async (_, text, csv, shown) => {
  const place = folder({ 'model.mlp': text, 'd.csv': csv })
  const ran = await run('check', place.file('model.mlp'))
  expect(ran.err.replaceAll(`${place.path}/`, '')).toBe(shown)
  expect(ran.code).toBe(shown.startsWith('error') ? 1 : 0)
})

test.each<[string, string]>([
  ['scaled', 'target y; features [a, b]'],
  ['small', 'target b; features [c]; scale none'],
])('numbers that are %s need no warning', async (_, inside) => {
  const csv = inside.includes('none') ? good.replaceAll(',3,', ',3.5,').replace('3.5', '4.5') : good
  const place = folder({ 'model.mlp': `${data(inside)}dense 1\n`, 'd.csv': csv })
  expect((await run('check', place.file('model.mlp'))).err).toBe('')
})
