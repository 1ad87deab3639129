/** Code that is loaded: what it may load itself, and what goes wrong before any stage of a plugin is asked for. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderHash, installedPlugins, type RunOptions, TrustStore } from '../src/node.ts'
import { folder, type PackageParts, packageFiles, twice, write } from './support/packages.ts'

const name = 'chainrule-plugin-twice'

/** What a person is told who trusts all that is in a folder. */
async function told(at: string, wanted = name, options: RunOptions = {}): Promise<unknown> {
  const store = new TrustStore(folder())
  const source = installedPlugins(at, { store, ask: async () => true, ...options })
  return source.find({ name: wanted }, true).then(
    () => undefined,
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  )
}

describe('the hash of a folder', () => {
  const linked = (to: (outside: string) => string) => {
    const outside = folder({ 'inner/a.js': '1' })
    const at = folder({ 'index.js': '' })
    symlinkSync(to(outside), join(at, 'link'))
    return { at, outside }
  }
  it.each<[string, (outside: string) => string]>([
    ['a file', (outside) => join(outside, 'inner/a.js')],
    ['a folder', (outside) => outside],
  ])('is another where %s changes to which a link of it leads', (_, to) => {
    const { at, outside } = linked(to)
    const before = folderHash(at)
    write(outside, { 'inner/a.js': '2' })
    expect(folderHash(at)).not.toBe(before)
  })

  it.each<[string, (at: string) => string]>([
    ['nowhere', () => '/nowhere/at-all'],
    ['back to it', (at) => at],
  ])('is there where a link leads %s', (_, to) => {
    const at = folder({ 'index.js': '' })
    const before = folderHash(at)
    mkdirSync(join(at, 'inner'))
    symlinkSync(to(at), join(at, 'inner/link'))
    expect(folderHash(at) === before).toBe(to(at) === at)
  })
})

it.each(['/dev/zero', '/dev/null'])('the hash of a folder ends where a link leads to %s', (to) => {
  const at = folder({ 'index.js': '' })
  symlinkSync(to, join(at, 'link'))
  expect(folderHash(at)).toMatch(/^[0-9a-f]{64}$/)
})

describe('a package', () => {
  it('is not run where its `exports` lead into what is installed in it', async () => {
    const at = folder({
      ...packageFiles({ json: { exports: './node_modules/x/index.js' } }),
      [`node_modules/${name}/node_modules/x/index.js`]: twice,
    })
    expect(await told(at)).toBe(
      `plugin-load-failed: ${name} could not be loaded: its package.json leads to ./node_modules/x/index.js, which is none of its own files`,
    )
  })

  it.each<[string, PackageParts]>([
    ['its own files', { code: `import './inner/other.js'\n${twice}` }],
    ['its own files by their package', { code: `import '#other'\n${twice}` }],
    ['what it depends on', { code: `import 'x'\n${twice}` }],
    ['modules of Node', { code: `import 'node:fs'\n${twice}` }],
  ])('may load %s', async (_, parts) => {
    const at = folder({
      ...packageFiles({ ...parts, json: { imports: { '#other': './inner/other.js' } } }),
      [`node_modules/${name}/inner/other.js`]: '',
      'node_modules/x/package.json': '{ "name": "x", "main": "index.js" }',
      'node_modules/x/index.js': "require('./inner.js')",
      'node_modules/x/inner.js': '',
    })
    expect(await told(at)).toBeUndefined()
  })
})

describe('a file of the person’s own', () => {
  const setting = (code: string) =>
    folder({
      'package.json': JSON.stringify({
        ...{ name: 'own', type: 'module', imports: { '#other': './other.js' } },
        exports: { './other': './other.js' },
      }),
      'layers/mine.js': `${code}\n${twice}`,
      'layers/helper.js': 'export const helper = 1',
      'layers/data.cjs': 'module.exports = 1',
      'other.js': '',
    })

  /** What is told in a process of its own, where nothing stands between an `import` and Node. */
  const toldApart = (at: string): string => {
    const code = `
      import { installedPlugins, TrustStore } from '@chainrule/plugins/node'
      const store = new TrustStore(${JSON.stringify(join(at, 'own'))})
      const source = installedPlugins(${JSON.stringify(at)}, { store, ask: async () => true })
      const found = source.find({ name: './layers/mine.js' }, true)
      console.log(await found.then(() => 'loaded', ({ code, message }) => code + ': ' + message))`
    const node = ['--conditions=source', '--input-type=module', '--eval', code]
    return execFileSync(process.execPath, node, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim()
  }
  const required =
    "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n"

  it.each([
    "import './helper.js'",
    "import { helper } from '../layers/helper.js'",
    "await import('./helper.js')",
    `${required}require('./data.cjs')`,
    `${required}require('./data')`.replace('data', 'helper'),
  ])('may load what it names: %s', (code) => {
    expect(toldApart(setting(code))).toBe('loaded')
  })

  it.each([
    ["import/* */'../other.js'", '../other.js'],
    ["import '#other'", '#other'],
    ["await import('../' + 'other.js')", '../other.js'],
    ["await import(new URL('../other.js', import.meta.url).href)", 'file://'],
    [`${required}require(['..', 'other.js'].join('/'))`, '../other.js'],
    // A package may name its own files by its name.
    ["import 'own/other'", 'own/other'],
  ])('may not load what nobody can see before: %s', (code, named) => {
    const message = toldApart(setting(code))
    expect(message).toContain('plugin-load-failed: ./layers/mine.js could not be loaded: ')
    expect(message).toContain(`imports \`${named}`)
    expect(message).toContain('which is not among the files that were trusted')
  })
})

describe('what goes wrong in loading', () => {
  const failures: readonly (readonly [what: string, code: string, said: string])[] = [
    ['throws', "throw new Error('no luck')", 'could not be loaded: no luck'],
    ['throws no error', "throw 'no luck'", 'could not be loaded: no luck'],
    ['throws after waiting', "await 0\nthrow new Error('no luck')", 'could not be loaded: no luck'],
    [
      'gives a list that throws',
      "export const all = [{ get kind() { throw new Error('no luck') } }]",
      'could not be loaded: no luck',
    ],
    [
      'throws what cannot be read',
      'throw { toString() { throw 1 } }',
      'what it throws cannot be read',
    ],
    [
      'gives two of one name',
      `${twice}\n${twice.replace('export const twice', 'export const again')}`,
      'could not be loaded: it gives the layer "twice" twice',
    ],
    ...['two words', 'x-', 'x--y'].map(
      (name) =>
        [
          `gives a layer of the name "${name}", which no text can write`,
          twice.replace("name: 'twice'", `name: '${name}'`),
          `the layer "${name}" is wrong at \`name\`: it is none that a text can write`,
        ] as const,
    ),
    ...(
      [
        ["name: 'x'", '`summary`: it is missing'],
        [
          "name: 'x', summary: '', arguments: { a: 5 }, options: {}",
          '`arguments.a`: it must be Object, and is 5',
        ],
      ] as const
    ).map(
      ([members, said]) =>
        [
          `gives a layer with ${members} alone`,
          `export const x = { kind: 'layer', ${members} }`,
          `the layer "x" is wrong at ${said}`,
        ] as const,
    ),
    [
      'gives a layer with a member that throws',
      `${twice.replace('backward: undefined', "get backward() { throw new Error('no luck') }")}`,
      'could not be loaded: no luck',
    ],
    [
      'gives a layer whose shape throws',
      twice.replace('({ h }),', "{ throw new Error('no luck') },"),
      '`shape` of `twice` (chainrule-plugin-twice) failed: no luck',
    ],
  ]
  it.each(failures)('is told with the package: code that %s', async (_, code, said) => {
    expect(await told(folder(packageFiles({ code })))).toContain(said)
  })

  it.each<[string, string, string]>([
    [
      'is called',
      'function inner() {\n  null.x\n}\ninner()',
      'inner (AT:2:8), called at AT:4:1; it fails',
    ],
    [
      'is no module',
      'export const x = {\n  a b\n}',
      'help: `node --check AT` shows the line; it fails',
    ],
    [
      'is asked for a shape',
      twice.replace('({ h }),', '{ throw new Error() },'),
      '.shape (AT:6:35); chainrule-plugin-twice is',
    ],
    ['cannot find a file', "import './none.js'", 'help: it fails by itself'],
    ['gives no plugin', 'export const x = 1', 'help: export what `defineLayer` or its like make'],
    [
      'gives one that lacks what it needs',
      "export const x = { kind: 'layer', name: 'x' }",
      `help: ${name} is to be mended by its author`,
    ],
    ['waits forever', 'await new Promise(() => {})', `help: ${name} is to be mended by its author`],
    [
      'cannot find a package',
      "import '@a/b/c'",
      'help: install what it imports: `npm i @a/b`; it fails by itself',
    ],
  ])('is told with its place, or with what helps: code that %s', async (_, code, place) => {
    const at = folder(packageFiles({ code }))
    const store = new TrustStore(folder())
    const found = installedPlugins(at, { store, ask: async () => true, timeout: 2000 }).find(
      { name },
      true,
    )
    const { help } = await found.then(
      () => ({ help: '' }),
      (error: { help: string }) => error,
    )
    expect(
      `help: ${help}`.replaceAll(join(realpathSync(at), 'node_modules', name, 'index.js'), 'AT'),
    ).toContain(place)
  })

  it.each([
    ['runs forever', 'for (;;) {}'],
    ['waits forever', 'await new Promise(() => {})'],
    ['has a member that runs forever', 'export const bad = { get kind() { for (;;) {} } }'],
  ])('ends where code %s', async (_, code) => {
    expect(await told(folder(packageFiles({ code })), name, { timeout: 500 })).toBe(
      `plugin-load-failed: ${name} could not be loaded: it does not come to an end`,
    )
  })
})

it('code that has changed since the process loaded it is not taken for what was trusted', async () => {
  const at = folder(packageFiles())
  expect(await told(at)).toBeUndefined()
  expect(await told(at)).toBeUndefined()
  write(at, { [`node_modules/${name}/other.js`]: '', 'chainrule.lock': '{"plugins":{}}' })
  expect(await told(at)).toBe(
    `plugin-load-failed: ${name} could not be loaded: its files have changed since this process loaded them`,
  )
})

it.each(['.git/HEAD', 'model.safetensors', 'chainrule.lock', 'inner/out.safetensors'])(
  'the hash of a folder does not count what changes beside the code: %s',
  (file) => {
    const at = folder({ 'index.js': '' })
    const before = folderHash(at)
    write(at, { [file]: 'x' })
    expect(folderHash(at)).toBe(before)
  },
)

describe('a clock or random numbers that code keeps when it is loaded', () => {
  it.each([
    ['const { now } = Date', 'now()', 'reads the clock'],
    ['const Day = Date', 'new Day()', 'reads the clock'],
    ['const now = performance.now.bind(performance)', 'now()', 'reads the clock'],
    ['const { bigint } = process.hrtime', 'bigint()', 'reads the clock'],
    ['const draw = Math.random', 'draw()', 'reads `Math.random`'],
    ['await 0\nconst draw = Math.random', 'draw()', 'reads `Math.random`'],
  ])('are refused in a stage: %s', async (kept, asked, said) => {
    const code = `${kept}\n${asked}\n${twice.replace('({ h }),', `(${asked}, { h }),`)}`
    expect(await told(folder(packageFiles({ code })))).toBe(
      `plugin-failed: \`shape\` of \`twice\` (${name}) ${said}`,
    )
  })

  it('are those of the host again afterwards', async () => {
    const before = [Date, Date.now, performance.now, process.hrtime, Math.random]
    const both = [folder(packageFiles()), folder(packageFiles())].map((at) => told(at))
    expect(await Promise.all(both)).toEqual([undefined, undefined])
    expect([Date, Date.now, performance.now, process.hrtime, Math.random]).toEqual(before)
  })
})
