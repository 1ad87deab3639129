/** Plugins as a person meets them: checked without being run, asked about, trained with, and not needed afterwards. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nameText } from '@chainrule/language'
import { manifestOf, readManifest } from '@chainrule/plugins'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { loadFile } from '../src/node.ts'
import { folder, run } from './support/cli.ts'

/** The person's own configuration folder, for these tests. */
const own = folder()
const before = process.env['XDG_CONFIG_HOME']
beforeAll(() => {
  process.env['XDG_CONFIG_HOME'] = own.path
})
afterAll(() => {
  if (before === undefined) delete process.env['XDG_CONFIG_HOME']
  else process.env['XDG_CONFIG_HOME'] = before
})

/** A layer `NAME factor=2`, as `defineLayer` gives it, and an activation; the package needs no other to be loaded. */
const code = (name: string): string => `
const factor = {
  required: 'a number', default: 2, optional: true, schema: { type: 'number', default: 2 },
  parse: (value) => typeof value === 'number'
    ? { ok: true, value } : { ok: false, code: 'argument-type', required: 'a number' },
}
export const layer = {
  kind: 'layer', name: '${name}', summary: 'Times a number.', arguments: { factor }, options: {},
  inputs: [{ name: 'h' }], minimumInputs: undefined, outputs: [], outputTypes: {}, randomSlots: [],
  couples: 'none', joined: {},
  shape: (config, [h]) => ({ h }),
  init: () => ({}),
  statistics: () => ({}),
  forward: (ops, parameters, [h], { factor }) => ({ h: ops.mul(h, factor), saved: {} }),
  backward: (ops, parameters, saved, { dh }, { factor }) => ({ dh: [ops.mul(dh, factor)], gradients: {} }),
}
`

const manifest = (name: string) => ({
  api: 1,
  plugins: [
    {
      kind: 'layer',
      name,
      summary: 'Times a number.',
      positional: ['factor'],
      schema: {
        type: 'object',
        properties: { factor: { description: 'a number', type: 'number', default: 2 } },
        required: [],
        additionalProperties: false,
      },
      inputs: [{ name: 'h' }],
      outputs: [],
      outputTypes: {},
      shape: 'same',
    },
  ],
})

interface Place {
  readonly path: string
  file(name: string): string
}

function put(place: Place, files: Readonly<Record<string, string>>): Place {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(place.file(name)), { recursive: true })
    writeFileSync(place.file(name), text)
  }
  return place
}

/** A folder in which these packages are installed, each with one layer of its own name. */
function installed(...layers: readonly string[]): Place {
  const place = folder()
  for (const layer of layers) {
    const at = `node_modules/chainrule-plugin-${layer}`
    put(place, {
      [`${at}/package.json`]: JSON.stringify({
        name: `chainrule-plugin-${layer}`,
        version: '2.1.3',
        type: 'module',
        main: 'index.js',
        chainrule: { api: 1, manifest: './chainrule.json' },
      }),
      [`${at}/index.js`]: code(layer),
      [`${at}/chainrule.json`]: JSON.stringify(manifest(layer)),
    })
  }
  return place
}

const data = 'data synthetic xor(points=40)\n'
const rest = '\nloss cross-entropy\ntrain epochs=2 batch=10\n'

/** What a check prints, from the first line after the file's name. */
async function check(place: Place, text: string): Promise<string> {
  put(place, { 'm.mlp': text })
  const { code: ended, out, err } = await run('check', place.file('m.mlp'))
  return `${ended}\n${out}${err}`.replaceAll(place.path, '.')
}

const trustIn = (err: string): string => /--trust (\S+@[0-9a-f]{64})/.exec(err)?.[1] ?? ''

describe('a check', () => {
  test('takes arguments and shapes from the manifest, and runs nothing', async () => {
    const place = installed('amplify')
    const mark = place.file('ran')
    put(place, {
      'node_modules/chainrule-plugin-amplify/index.js': `import { writeFileSync } from 'node:fs'\nwriteFileSync('${mark}', '')\n`,
    })
    const use = 'use "chainrule-plugin-amplify"\n'
    expect(await check(place, `${use}${data}dense 4 -> amplify 3 -> dense 2${rest}`)).toMatch(
      /^0\nok/,
    )
    const wrong = await check(place, `${use}${data}dense 4 -> amplify true -> dense 2${rest}`)
    expect(wrong).toContain('`factor` of `amplify` must be a number, not `true`')
    const shape = await check(
      place,
      `${use}${data}dense 4 -> amplify -> conv 3 3x3 -> dense 2${rest}`,
    )
    expect(shape).toContain('`conv` needs images')
    expect(shape).toContain('[B, 4]')
    expect(existsSync(mark)).toBe(false)
  })

  test.each([
    [
      'use "chainrule-plugin-none"\n',
      'none -> dense 2',
      'error[plugin-not-installed]: chainrule-plugin-none is not installed for this file',
      'help: install it: `npm i chainrule-plugin-none`',
    ],
    [
      'use "chainrule-plugin-amplify" version="^3"\n',
      'amplify -> dense 2',
      'error[plugin-version]: the text asks for chainrule-plugin-amplify ^3, and 2.1.3 is installed',
      'help: install another: `npm i "chainrule-plugin-amplify@^3"`',
    ],
    [
      'use "chainrule-plugin-amplify" only [amplfiy]\n',
      'dense 2',
      'error[plugin-name-unknown]: chainrule-plugin-amplify gives no `amplfiy`',
      'help: it gives `amplify`',
    ],
    [
      'use "chainrule-plugin-amplify" as s\n',
      's.amplfiy -> dense 2',
      'error[unknown-layer]: unknown layer `s.amplfiy`',
      'help: did you mean `s.amplify`?',
    ],
    [
      'use "chainrule-plugin-amplify" as s\n',
      'amplify -> dense 2',
      'error[unknown-layer]: unknown layer `amplify`',
      '',
    ],
    [
      'use "chainrule-plugin-dense"\n',
      'dense 2',
      'error[plugin-clash]: chainrule-plugin-dense gives the layer `dense`, which is built in',
      'help: give its names a prefix of their own, `use "chainrule-plugin-dense" as NAME`',
    ],
    [
      'use "chainrule-plugin-amplify" from="npm"\n',
      'amplify -> dense 2',
      'error[argument-unknown]: a plugin takes `version=`, `as` and `only`, and nothing else',
      '',
    ],
    [
      'use "chainrule-plugin-amplify" version=5\n',
      'amplify -> dense 2',
      'error[argument-type]: `version` of a plugin must be a text',
      'help: write a range of versions as npm does: `version="^2.1"`',
    ],
    [
      'use "chainrule-plugin-amplify" version="*" version="^5"\n',
      'amplify -> dense 2',
      'error[argument-twice]: `version` of `chainrule-plugin-amplify` is given twice',
      '',
    ],
  ])('of %j with %j says what is wrong', async (use, layers, message, help) => {
    const place = installed('amplify', 'dense')
    const told = await check(place, `${use}${data}${layers}${rest}`)
    expect(told).toContain(message)
    expect(told).toContain(help)
    // One mistake is one error.
    expect(told.match(/error\[/g)).toHaveLength(1)
  })

  test.each([
    ['under a prefix', 'use "chainrule-plugin-amplify" as s\n', 's.amplify 3 -> dense 2'],
    ['beside a built-in one', 'use "chainrule-plugin-dense" as my\n', 'my.dense 3 -> dense 2'],
    [
      'by its name',
      'use "chainrule-plugin-amplify" version=">=2" only [amplify]\n',
      'amplify -> dense 2',
    ],
    ['from a file of blocks', 'use "./blocks.mlp"\n', 'cell -> dense 2'],
  ])('knows a layer %s', async (_, use, layers) => {
    const place = put(installed('amplify', 'dense'), {
      'blocks.mlp':
        'use "chainrule-plugin-amplify" as s\nblock cell { dense 3 -> s.amplify 0.5 }\n',
    })
    expect(await check(place, `${use}${data}${layers}${rest}`)).toMatch(/^0\nok/)
  })
})

test('a check says once that it does not know the shape that a layer gives', async () => {
  const place = installed('amplify')
  const [layer] = manifest('amplify').plugins
  const { shape: _, ...shapeless } = layer ?? { shape: '' }
  put(place, {
    'node_modules/chainrule-plugin-amplify/chainrule.json': JSON.stringify({
      api: 1,
      plugins: [shapeless],
    }),
  })
  const layers = 'dense 4 -> s.amplify -> conv 3 3x3 -> s.amplify 3 -> dense 2'
  const told = await check(place, `use "chainrule-plugin-amplify" as s\n${data}${layers}${rest}`)
  expect(told).toBe(`0
ok ./m.mlp
note[plugin-unchecked]: which shape \`s.amplify\` gives is known when it runs: shapes behind it are checked by \`train\`
 --> ./m.mlp:3:12
3 | ${layers}
  |            ^^^^^^^^^
`)
  const { err } = await run('train', place.file('m.mlp'))
  expect(err).not.toContain('plugin-unchecked')
})

test.each([
  ['dense 4 -> amplify as a -> dense 4 relu weights=@a.weight -> dense 2', ''],
  ['dense 4 -> amplify as a -> dense 2', 'regularise l2 0.1 on @a.scale\n'],
  ['dense 4 -> amplify -> dense 2', 'regularise l2 0.1 except=[scale]\n'],
  ['amplify -> amplify', 'regularise l2 0.1\n'],
])(
  'a check does not say that a layer lacks the parameters that its manifest does not tell of: %s',
  async (layers, more) => {
    const told = await check(
      installed('amplify'),
      `use "chainrule-plugin-amplify"\n${data}${layers}${rest}${more}`,
    )
    expect(told).toBe('0\nok ./m.mlp\n')
  },
)

// Else a plugin is taken that no text can name, or one refused that it could.
test.each(['a', 'A_b', '_', 'a-b', 'a-1-b', 'x4', 'a-', 'a--b', '-a', '4x', 'a b', 'é', 'a.b', ''])(
  'a manifest names a plugin %j where a text can write it',
  (name) => {
    const read = () => readManifest(JSON.stringify(manifest(name)), 'chainrule-plugin-a')
    if (nameText(name) === name) expect(read().plugins).toMatchObject([{ name }])
    else expect(read).toThrow('it is none that a text can write')
  },
)

test('every kind of plugin is known by its manifest', async () => {
  const registry = builtInRegistry()
  const kinds = [
    ...(['layer', 'activation', 'loss', 'optimizer', 'schedule', 'initializer', 'metric'] as const),
  ]
  const all = kinds.flatMap((kind) =>
    registry.names(kind).flatMap((name) => registry.find(kind, name) ?? []),
  )
  const activations = new Set(registry.names('activation'))
  const own = all.filter(({ kind, name }) => kind !== 'layer' || !activations.has(name))
  const place = put(installed('amplify'), {
    'node_modules/chainrule-plugin-amplify/chainrule.json': JSON.stringify(manifestOf(own)),
  })
  const text = (optimizer: string) => `use "chainrule-plugin-amplify" as a
data synthetic plane(points=40)
a.dense 4 a.leaky-relu weights=a.he-normal -> a.relu -> a.dense 1
loss a.huber delta=0.5
optimizer ${optimizer}
train epochs=2 batch=10
metrics [a.mae]
`
  const elementwise = text('a.adam lr=0.1 schedule=a.cosine(warmup=2, total=20)')
  expect(await check(place, elementwise)).toMatch(/^0\nok/)
  expect(await check(place, text('a.lbfgs').replace(' batch=10', ''))).toMatch(/^0\nok/)
  const wrong = await check(place, elementwise.replace('warmup=2', 'warmpu=2'))
  expect(wrong).toContain('did you mean `warmup`')
})

describe('a training', () => {
  test('asks for trust, and the model needs no plugin afterwards', async () => {
    const place = installed('amplify')
    const text = `use "chainrule-plugin-amplify" as s\n${data}dense 4 tanh -> s.amplify 3 -> dense 2${rest}`
    put(place, { 'm.mlp': text })
    const refused = await run('train', place.file('m.mlp'))
    expect(refused.code).toBe(1)
    expect(refused.err).toContain(
      'error[plugin-untrusted]: chainrule-plugin-amplify 2.1.3 was never',
    )
    const trust = ['--trust', trustIn(refused.err)]
    const out = place.file('m.safetensors')
    const trained = await run('train', place.file('m.mlp'), ...trust, '--out', out)
    expect(trained.code, trained.err).toBe(0)
    const { plugins } = JSON.parse(readFileSync(place.file('chainrule.lock'), 'utf8'))
    expect(plugins['chainrule-plugin-amplify'].version).toBe('2.1.3')
    const other = put(folder(), { 'd.csv': 'x1,x2\n0.5,0.5\n-1,0.25\n' })
    writeFileSync(other.file('m.safetensors'), readFileSync(out))
    const predicted = await run('predict', other.file('m.safetensors'), other.file('d.csv'))
    expect(predicted.code, predicted.err).toBe(0)
    expect(predicted.out.trim().split('\n')).toHaveLength(3)
    const shown = await run('summary', place.file('m.mlp'), ...trust)
    expect(shown.out).toMatch(/^amplify1 {2,}s\.amplify +\[B, 4\]/m)
    const checked = await run('gradcheck', place.file('m.mlp'), ...trust)
    expect(checked.code, checked.out + checked.err).toBe(0)
    put(place, { 'm.mlp': text.replace('amplify 3', 'amplify') })
    const resolved = await run('show', '--resolved', place.file('m.mlp'), ...trust)
    expect(resolved.out).toContain('s.amplify factor=2')
  })

  test('takes a file of the person’s own, with what it imports', async () => {
    const place = put(folder(), {
      'm.mlp': `use "./layers/mine.ts"\n${data}dense 4 -> amplify -> dense 2${rest}`,
      'layers/mine.ts': "export { layer } from './code.js'\nexport type Nothing = never\n",
      'layers/code.js': code('amplify'),
    })
    expect((await run('check', place.file('m.mlp'))).out).toMatch(/^ok/)
    const refused = await run('train', place.file('m.mlp'))
    expect(refused.err).toContain('error[plugin-untrusted]: ./layers/mine.ts')
    const trusted = ['train', place.file('m.mlp'), '--trust', trustIn(refused.err)]
    const trained = await run(...trusted)
    expect(trained.code, trained.err).toBe(0)
    put(place, { 'layers/code.js': `${code('amplify')}\n// changed` })
    expect((await run(...trusted)).err).toContain('error[plugin-untrusted]')
    expect(existsSync(place.file('chainrule.lock'))).toBe(false)
  })

  test('shows no text that means something else than the one it was made of', async () => {
    const place = put(folder(), {
      'm.mlp': `use "./mine.js"\n${data}dense 4 -> amplify -> dense 2${rest}`,
      // What it reads depends on how often it was asked.
      'mine.js': `let calls = 0\n${code('amplify').replace('{ ok: true, value }', '{ ok: true, value: calls++ }')}`,
    })
    const show = ['show', place.file('m.mlp'), '--resolved']
    const { code: exit, err } = await run(...show, '--trust', trustIn((await run(...show)).err))
    expect(exit).toBe(1)
    expect(err.replaceAll(`${place.path}/`, '')).toBe(
      `error[resolved-differs]: the defaults of m.mlp cannot be filled in
  = help: \`chainrule show\` without \`--resolved\` lists its settings
`,
    )
  })

  test('finds a file of the person’s own from the file that names it', async () => {
    const place = put(folder(), {
      'm.mlp': `use "./parts/blocks.mlp"\n${data}dense 4 -> cell -> dense 2${rest}`,
      'parts/blocks.mlp': 'use "./amplify.js" only [amplify]\nblock cell { amplify 2 }\n',
      'parts/amplify.js': code('amplify'),
    })
    const refused = await run('train', place.file('m.mlp'))
    expect(refused.err).toContain('error[plugin-untrusted]: ./parts/amplify.js')
    const trained = await run('train', place.file('m.mlp'), '--trust', trustIn(refused.err))
    expect(trained.code, trained.err).toBe(0)
  })

  // By the path as written, the block would run the main file's layer, and one file would clash with itself.
  test.each([
    ['one path of two folders is two files', 'use "./mine.js" as m', false],
    ['two paths of one file are one', 'use "./parts/mine.js" as m', true],
  ])('knows that %s', async (_, use, fits) => {
    const place = put(folder(), {
      'm.mlp': `${use}\nuse "./parts/blocks.mlp"\n${data}m.amplify -> cell -> dense 2${rest}`,
      'mine.js': code('amplify'),
      'parts/blocks.mlp': 'use "./mine.js" as m\nblock cell { m.amplify 2 }\n',
      'parts/mine.js': code('amplify'),
    })
    for (const file of ['mine.js', 'parts/mine.js']) await run('manifest', place.file(file))
    const { err } = await run('check', place.file('m.mlp'))
    const clash =
      'error[plugin-clash]: ./parts/mine.js gives the layer `m.amplify`, which comes from ./mine.js'
    expect(err.includes(clash), err).toBe(!fits)
    expect(err.includes('error['), err).toBe(!fits)
  })

  test('names package, layer and stage of what fails', async () => {
    const place = installed('amplify')
    put(place, {
      'node_modules/chainrule-plugin-amplify/index.js': code('amplify').replace(
        'ops.mul(h, factor)',
        'ops.mul(h, Math.random())',
      ),
      'm.mlp': `use "chainrule-plugin-amplify"\n${data}dense 4 -> amplify -> dense 2${rest}`,
    })
    const trust = trustIn((await run('train', place.file('m.mlp'))).err)
    const failed = await run('train', place.file('m.mlp'), '--trust', trust)
    expect(failed.code).toBe(1)
    expect(failed.err).toContain(
      'error[plugin-failed]: `forward` of `amplify` (chainrule-plugin-amplify) reads `Math.random`',
    )
  })

  test.each([
    ['before any weights', 'amplify 3 -> dense 2', '@input'],
    ['between weights', 'dense 4 tanh -> amplify 3 -> dense 2', 'dense1.weight'],
  ])('a wrong backward %s is found, and whose it is', async (_, layers, gradient) => {
    const place = installed('amplify')
    put(place, {
      'node_modules/chainrule-plugin-amplify/index.js': code('amplify').replace(
        'ops.mul(dh, factor)',
        'ops.mul(dh, factor + 1e-6)',
      ),
      'm.mlp': `use "chainrule-plugin-amplify"\n${data}${layers}${rest}`,
    })
    const trust = trustIn((await run('gradcheck', place.file('m.mlp'))).err)
    const { code: ended, out, err } = await run('gradcheck', place.file('m.mlp'), '--trust', trust)
    expect(ended).toBe(1)
    expect(out).toMatch(new RegExp(`^${gradient} .* WRONG$`, 'm'))
    expect(err).toContain('`backward` of amplify1 (amplify) is wrong\n')
    expect(err.match(/`backward` of/g)).toHaveLength(1)
  })

  test.each([
    [
      'dh: [ops.mul(dh, factor)], gradients: {}',
      'dh: [ops.mul(dh, factor)]',
      'backward',
      'gives an object, and no `{ dh: […], gradients',
    ],
    [
      'h: ops.mul(h, factor), saved: {}',
      'saved: {}',
      'forward',
      'gives an object, and no `{ h, saved }`',
    ],
  ])('what gives %j as %j is named', async (right, wrong, stage, message) => {
    const place = installed('amplify')
    put(place, {
      'node_modules/chainrule-plugin-amplify/index.js': code('amplify').replace(right, wrong),
      'm.mlp': `use "chainrule-plugin-amplify"\n${data}dense 4 -> amplify -> dense 2${rest}`,
    })
    const trust = trustIn((await run('train', place.file('m.mlp'))).err)
    const { code: ended, err } = await run('train', place.file('m.mlp'), '--trust', trust)
    expect(ended, err).toBe(1)
    expect(err).toContain(message)
    expect(err).toContain(stage)
    expect(err).toContain('`amplify`')
  })

  test.each([
    ['an activation', 'dense 4 p.soft -> dense 2', ''],
    ['a loss', 'dense 2', 'loss p.hard\n'],
    ['an optimizer', 'dense 2', 'loss mse\noptimizer p.slow\n'],
    ['a metric', 'dense 2', 'loss cross-entropy\nmetrics [p.best]\n'],
    ['a layer', 'dense 4 -> p.amplify -> dense 2', ''],
  ])('that is not trusted says so, and nothing of %s that it may give', async (_, layers, more) => {
    const place = installed('amplify')
    put(place, { 'm.mlp': `use "chainrule-plugin-amplify" as p\n${data}${layers}\n${more}` })
    const { err } = await run('train', place.file('m.mlp'))
    expect(err.match(/error\[[\w-]+\]/g)).toEqual(['error[plugin-untrusted]'])
  })

  test('refuses a trust that is none', async () => {
    const place = put(installed('amplify'), { 'm.mlp': `${data}dense 2${rest}` })
    const { code: ended, err } = await run('train', place.file('m.mlp'), '--trust', 'amplify')
    expect(ended).toBe(1)
    expect(err).toContain('`--trust amplify` is not NAME@HASH')
  })
})

test('`manifest` writes what the code says', async () => {
  const place = installed('amplify')
  const at = join(place.path, 'node_modules/chainrule-plugin-amplify')
  writeFileSync(join(at, 'chainrule.json'), '')
  const { code: ended, out } = await run('manifest', at)
  expect(ended).toBe(0)
  expect(out).toBe('wrote ./chainrule.json: layer amplify\n')
  expect(JSON.parse(readFileSync(join(at, 'chainrule.json'), 'utf8'))).toEqual(manifest('amplify'))
  expect((await run('manifest', place.path)).err).toContain('error[plugin-none]')
})

test.each([
  ['{ bad', 'its package.json is not JSON'],
  ['null', 'its package.json is no object'],
  ['[]', 'its package.json does not say where it stands'],
])('`manifest` of a package.json that is %s says what is wrong', async (text, problem) => {
  const { code: ended, err } = await run('manifest', put(folder(), { 'package.json': text }).path)
  expect(ended).toBe(1)
  expect(err).toContain(`error[plugin-none]: no manifest can be written: ${problem}`)
})

test('`manifest` writes equations and arguments into a README that has a place for them', async () => {
  const at = 'node_modules/chainrule-plugin-amplify'
  const place = put(installed('amplify'), {
    [`${at}/README.md`]:
      'Before.\n\n<!-- written by `chainrule manifest` -->\nold\n<!-- end -->\n\nAfter.\n',
    [`${at}/src/amplify.ts`]:
      "/**\n * Times a number.\n *\n * Equation   h' = c h\n * Source     none\n */\nexport const layer = defineLayer({ name: 'amplify' })\n",
  })
  for (let again = 0; again < 2; again++) {
    await run('manifest', place.file(at))
    expect(readFileSync(place.file(`${at}/README.md`), 'utf8')).toBe(`Before.

<!-- written by \`chainrule manifest\` -->

## layer \`amplify\`

Times a number.

\`\`\`text
Equation   h' = c h
Source     none
\`\`\`

| argument | what it takes | where left out |
|---|---|---|
| \`factor\` | a number | \`2\` |

<!-- end -->

After.
`)
  }
})

test('the library checks without running a plugin, and trains where its hash is named', async () => {
  const place = installed('amplify')
  const text = `use "chainrule-plugin-amplify"\n${data}dense 4 tanh -> amplify -> dense 2${rest}`
  put(place, { 'm.mlp': text })
  expect(await loadFile(place.file('m.mlp')).check()).toEqual([])
  const refused = await loadFile(place.file('m.mlp'))
    .fit()
    .catch((error: unknown) => error)
  expect(refused).toMatchObject({ name: 'ModelError', code: 'plugin-untrusted' })
  const [, hash = ''] = /@([0-9a-f]{64})/.exec(String(refused)) ?? []
  const model = loadFile(place.file('m.mlp'), { trust: { 'chainrule-plugin-amplify': hash } })
  const trained = await model.fit()
  expect(trained.predict([{ x1: 0.5, x2: 0.5 }]).predictions['output']).toHaveLength(1)
  trained.dispose()
})
