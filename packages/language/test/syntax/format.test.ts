import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childrenOf, type Node } from '../../src/ast.ts'
import { print } from '../../src/format.ts'
import { format, parse } from '../../src/index.ts'
import { programs, texts } from '../support/texts.ts'

/** The tree without its places; comments apart. */
const shape = (node: Node): unknown => {
  const fields = Object.entries(node).filter(
    ([name, value]) => name !== 'span' && name !== 'comments' && typeof value !== 'object',
  )
  const children = childrenOf(node).filter(({ kind }) => kind !== 'comment')
  const doc = 'doc' in node ? node.doc?.text : undefined
  const sizes = node.kind === 'shape' ? node.sizes : undefined
  return [Object.fromEntries(fields), doc, sizes, children.map(shape)]
}
/** Their lines, whatever ends them: a file has one kind of line break once it is formatted. */
const comments = (text: string): string[] =>
  parse(text).ast.comments.map(({ text: comment, style }) =>
    style === 'block' ? comment.replaceAll(/\r\n|\r/g, '\n') : comment.trimEnd(),
  )

const hasErrors = (text: string): boolean =>
  parse(text).diagnostics.some(({ severity }) => severity === 'error')

function check(text: string, form = format): void {
  const once = form(text)
  if (hasErrors(text)) {
    expect(once).toBe(text)
    return
  }
  expect(parse(once).diagnostics.map(({ code }) => code)).toEqual(
    parse(text).diagnostics.map(({ code }) => code),
  )
  expect(shape(parse(once).ast)).toEqual(shape(parse(text).ast))
  expect(comments(once)).toEqual(comments(text))
  expect(form(once)).toBe(once)
}

/** Without the look at the result that keeps a text rather than harm it. */
const unguarded = (text: string): string => (hasErrors(text) ? text : print(text, parse(text).ast))

// Generated files: every construct of the grammar, with blanks, line breaks and comments wherever they may stand.

const word = fc.constantFrom('a', 'relu', 'w', 'max-pool', 'data_1', 'a-rather-long-name', 'z')
const layerName = fc.constantFrom('dense', 'relu', 'max-pool', 'att.multihead', 'conv', 'identity')
const literal = fc.constantFrom(
  '1',
  '0.50',
  '1e-3',
  '20%',
  '3x3',
  '"a \\" // b"',
  'true',
  '*',
  '@x.0',
)
/** Where a blank may stand, and where a line may break: `~` and `^`; `|` is the end of a statement. */
const value = fc.letrec<{ value: string; sum: string }>((tie) => ({
  value: fc.oneof(
    { weight: 5, arbitrary: literal },
    { weight: 3, arbitrary: word },
    { weight: 1, arbitrary: fc.constantFrom('-1', '-0.5', 'val.loss') },
    {
      weight: 1,
      arbitrary: fc
        .array(tie('value'), { maxLength: 3 })
        .map((items) => `[^${items.join('^,^')}^]`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(word, fc.array(fc.tuple(word, tie('value')), { minLength: 1, maxLength: 2 }))
        .map(([name, list]) => `${name}(^${list.map(([n, v]) => `${n}^=^${v}`).join('^,^')}^)`),
    },
    { weight: 1, arbitrary: tie('sum').map((sum) => `(^${sum}^)`) },
  ),
  sum: fc
    .tuple(word, fc.constantFrom(' + ', ' - ', '^*^', '^/^'), fc.constantFrom('2', 'w', '-3'))
    .map((parts) => parts.join('')),
})).value
const args = fc
  .tuple(
    fc.array(fc.constantFrom('1', '3x3', 'relu', '"s"', '-2', '[1, 2]'), { maxLength: 2 }),
    fc.array(fc.tuple(word, value), { maxLength: 3 }),
  )
  .map(([plain, named]) =>
    [...plain, ...named.map(([n, v]) => `${n}=${v}`)].map((each) => ` ~${each}`).join(''),
  )

interface Nested {
  body: string
  stage: string
  pipeline: string
}
const { body, pipeline } = fc.letrec<Nested>((tie) => ({
  body: fc
    .array(tie('pipeline'), { maxLength: 3 })
    .map((list) => (list.length === 0 ? '{^}' : `{^${list.join('|')}^}`)),
  stage: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(layerName, args).map((parts) => parts.join('')),
    fc.constantFrom('@x', '[^@x^,^@y.h^]', 'same ~@x', 'dense 1 ~as ~h'),
    tie('body').map((inside) => `branch~ ${inside}`),
    tie('body').map((inside) => `residual~ ${inside} ~as ~z`),
    tie('body').map((inside) => `repeat ~(w ~* 2)~ ${inside}`),
    tie('body').map((inside) => `repeat ~2 ~freeze=true~ ${inside}`),
  ),
  pipeline: fc
    .array(tie('stage'), { minLength: 1, maxLength: 4 })
    .map((stages) => stages.join('^ ->^ ')),
}))
const directive = fc
  .tuple(fc.constantFrom('optimizer', 'loss', 'train', 'metrics', 'data csv'), args)
  .map((parts) => parts.join(''))
const statement = fc.oneof(
  { weight: 4, arbitrary: pipeline },
  { weight: 2, arbitrary: directive },
  { weight: 1, arbitrary: directive.map((text) => `${text} ~on ~@h`) },
  {
    weight: 1,
    arbitrary: fc
      .array(directive, { minLength: 1, maxLength: 3 })
      .map((inside) => `data ~csv ~"a.csv"~ {^${inside.join('|')}^}`),
  },
  { weight: 1, arbitrary: value.map((each) => `let ~w~=~${each}`) },
  { weight: 1, arbitrary: body.map((inside) => `block ~cell~(^w^,^rate^=^10%^)~ ${inside}`) },
  { weight: 1, arbitrary: body.map((inside) => `model ~m~ ${inside}`) },
  { weight: 1, arbitrary: body.map((inside) => `model~ ${inside}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'use ~"./a.mlp"',
      'use ~"./a.mlp" ~as ~l',
      'use ~"./a.mlp" ~only ~[^cell^,^gate^]',
      'use ~"@acme/x" ~version~=~"^2.1" ~as ~l ~only ~[^]',
    ),
  },
)
const soft = fc.constantFrom('', '', '', ' ', '  ', ' /* c */ ', '/*c*/')
const hard = fc.constantFrom(
  ...['', '', '', '', ' ', '\n', '\n\n\n', '\r\n', ' // end  \n', '\n// own\n', '\n\n/// doc\n'],
  ...[' /* c */ ', '\n/* a\n   b */\n', ' /* c */\n', '\n /* c */ ', ' /* c */ // d\n\n // e\n'],
)
const between = fc.constantFrom(
  ...['\n', '\n', '\n\n\n', ';', ' ; ', '; // c\n', ' // c\n', '\n\n// own\n\n', '\n/// doc\n'],
  ...[
    ' /* c */; ',
    '; /* c */ ',
    '\r\n',
    ' /* c */\n',
    ';\n;\n',
    '\n// a\n\n\n// b\n',
    '\n/* c */ ',
  ],
)
const generated = fc
  .tuple(
    fc.constantFrom('', '', 'mlp 1\n', '// head\n\nmlp 1 // c\n\n', '\uFEFF', '\n\n', '/* a */ '),
    fc.array(statement, { maxLength: 5 }),
    fc.array(soft, { minLength: 7, maxLength: 31 }),
    fc.array(hard, { minLength: 7, maxLength: 31 }),
    fc.array(between, { minLength: 5, maxLength: 13 }),
  )
  .map(([head, statements, softs, hards, betweens]) => {
    let at = 0
    const pick = (list: readonly string[]): string => list[at++ % list.length] ?? ''
    return `${head}${statements.join('|')}`.replace(/[~^|]/g, (mark) =>
      pick(mark === '~' ? softs : mark === '^' ? hards : betweens),
    )
  })

// The seed is printed by fast-check with every failure; MLP_SEED repeats it.
const seed = Number(process.env['MLP_SEED'] ?? Date.now() % 2 ** 31)

describe(`format, seed ${seed}`, () => {
  it('keeps tree and comments of generated files, and changes nothing the second time', () => {
    fc.assert(
      fc.property(generated, (text) => check(text, unguarded)),
      {
        numRuns: 300,
        seed,
      },
    )
  })

  it('does so for texts of all kinds, and leaves those with errors alone', () => {
    fc.assert(
      fc.property(texts, (text) => check(text)),
      { numRuns: 300, seed },
    )
  })

  it('is tried on texts without errors too', () => {
    const sample = fc.sample(generated, { numRuns: 100, seed })
    const good = sample.filter((text) => !hasErrors(text) && text.length > 50)
    expect(good.length).toBeGreaterThan(40)
  })
})

describe('format', () => {
  it.each([...programs])('%s keeps its tree, comments and, once formatted, its form', (_, text) => {
    check(text)
  })

  it.each([
    ['dense  16   relu->dense 1', 'dense 16 relu -> dense 1\n'],
    ['optimizer adam lr = 1e-3', 'optimizer adam lr=1e-3\n'],
    ['let w=2*8', 'let w = 2 * 8\n'],
    // The first line break decides for all, and goes on deciding.
    ['\r\n/* m\n n */\ndense 1\n', '/* m\r\n n */\r\ndense 1\r\n'],
    ['block cell (w,rate=10%){dense w}', 'block cell(w, rate = 10%) { dense w }\n'],
    ['a\n\n\n\nb', 'a\n\nb\n'],
    ['seed 7;init he', 'seed 7; init he\n'],
    ['use  "./a.mlp"  as b only[ x,y ]', 'use "./a.mlp" as b only [x, y]\n'],
    ['model a{dense 1}\nmodel b {\n dense 2}', 'model a { dense 1 }\nmodel b {\n  dense 2\n}\n'],
    [
      'data csv "a" {\ntarget y\n\n\n split train=80%}',
      'data csv "a" {\n  target y\n\n  split train=80%\n}\n',
    ],
    ['@x\n  -> dense 1\n  -> relu', '@x -> dense 1 -> relu\n'],
    ['@x // why\n-> dense 1', '@x // why\n  -> dense 1\n'],
    ['branch {\n\n}', 'branch {}\n'],
    ['', ''],
    ['// only', '// only\n'],
    ['dense 1\r\nseed 1', 'dense 1\r\nseed 1\r\n'],
    ['dense(16)', 'dense(16)'],
    // What is too wide only by the comment behind its arrow opens its braces too.
    [
      'residual {residual /* c */  {} as z -> /* c */\n repeat 2 freeze=true /* c */  {dense [1, 2] 1 a=val.loss a=1 /* c */ } -> /* c */\n dense} as z',
      'residual {\n  residual /* c */ {} as z -> /* c */ repeat 2 freeze=true /* c */ {\n    dense [1, 2] 1 a=val.loss a=1 /* c */\n  } -> /* c */ dense\n} as z\n',
    ],
  ])('turns %j into %j', (text, expected) => {
    expect(format(text)).toBe(expected)
    check(text)
  })

  it('breaks a pipeline of more than 80 columns before every arrow, and one of 80 not', () => {
    const fits = 'dense 16 relu -> dense 16 relu -> dense 16 relu -> dense 16 relu as h'
    const of80 = fits.padEnd(80, 'h')
    expect(of80).toHaveLength(80)
    expect(format(of80)).toBe(`${of80}\n`)
    expect(format(`${of80}h`)).toBe(`${of80}h`.replaceAll(' ->', '\n  ->').concat('\n'))
  })

  it('leaves a text alone whose brackets would seem unclosed', () => {
    const text = 'dense a=( // d\nsplit\n/ 2)'
    expect(hasErrors(text)).toBe(false)
    expect(format(text)).toBe(text)
  })

  it('is linear in the length of a chain and of a list of statements', () => {
    const long = `${'dense 16 relu -> '.repeat(5000)}dense 1\n${'dense 1\n'.repeat(5000)}`
    const before = performance.now()
    format(long)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
