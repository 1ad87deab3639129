/** What is wrong with a package that a text names is said, with what to do; nothing of it is run. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import { describe, expect, it } from 'vitest'
import {
  fileManifestText,
  findPackage,
  installedNames,
  installedPlugins,
  pluginsIn,
} from '../src/node.ts'
import {
  folder,
  type PackageParts,
  packageFiles,
  twice as twiceCode,
  twiceManifest,
  write,
} from './support/packages.ts'

async function refusal(parts: PackageParts, version?: string): Promise<ChainruleError> {
  const { name = 'chainrule-plugin-twice' } = parts
  const wanted = { name, ...(version === undefined ? {} : { version }) }
  try {
    await findPackage(folder(packageFiles(parts)), wanted)
  } catch (error) {
    if (error instanceof ChainruleError) return error
    throw error
  }
  throw new Error('it was taken')
}

const [twice] = twiceManifest.plugins

/** A manifest with lists in lists, which no JSON of JavaScript's own writes. */
const nested = (deep: number): string =>
  JSON.stringify({ plugins: [{ ...twice, schema: 'HERE' }] }).replace(
    '"HERE"',
    `{"properties":{"a":{"default":${'['.repeat(deep)}${']'.repeat(deep)}}},"required":[]}`,
  )

describe('a package', () => {
  it.each<[string, PackageParts, string | undefined, RegExp]>([
    ['plugin-name-invalid', { name: 'left-pad' }, undefined, /`left-pad` names no plugin package/],
    ['plugin-version', {}, '^2.0', /asks for chainrule-plugin-twice \^2\.0, and 1\.2\.0 is/],
    ['plugin-version', {}, 'newest', /`newest` is no range of versions/],
    ['plugin-none', { json: { chainrule: undefined } }, undefined, /it is no plugin/],
    ['plugin-api', { json: { chainrule: { api: 2 } } }, undefined, /for API 2 .* has API 1/],
    ['plugin-api', { json: { chainrule: { api: '1' } } }, undefined, /for API "1" of .* has API 1/],
    [
      'plugin-api',
      { json: { chainrule: { api: { toString: 1 } } } },
      undefined,
      /for API \{"toString":1\}/,
    ],
    ['plugin-version', { json: { version: { toString: 1 } } }, '^1', /and no version is installed/],
    [
      'plugin-manifest-invalid',
      { manifest: nested(20_000) },
      undefined,
      /the manifest of chainrule-plugin-twice is nested too deeply/,
    ],
    [
      'plugin-api',
      { json: { peerDependencies: { '@chainrule/core': '^99.0.0' } } },
      undefined,
      /is written for @chainrule\/core \^99\.0\.0, and this Chainrule has \d+\.\d+\.\d+/,
    ],
    ['plugin-manifest-invalid', { manifest: '{' }, undefined, /is no JSON/],
    [
      'plugin-manifest-invalid',
      { manifest: {} },
      undefined,
      /is wrong at `plugins`: it is missing/,
    ],
    [
      'plugin-manifest-invalid',
      { manifest: { plugins: [] } },
      undefined,
      /is wrong at `plugins`: it lists no plugin/,
    ],
    [
      'plugin-manifest-invalid',
      { manifest: { plugins: [twice, { ...twice, kind: 'layr' }] } },
      undefined,
      /wrong at `plugins.1.kind`: it must be \("layer" .*, and is "layr"/,
    ],
    ...['two words', 'x-', 'x--y', '-x', '4x', ''].map(
      (name): [string, PackageParts, undefined, RegExp] => [
        'plugin-manifest-invalid',
        { manifest: { plugins: [{ ...twice, name }] } },
        undefined,
        /wrong at `plugins.0.name`: it is none that a text can write/,
      ],
    ),
    [
      'plugin-manifest-invalid',
      { manifest: { plugins: [{ ...twice, positional: ['units'] }] } },
      undefined,
      /`positional` names arguments that `schema` does not have/,
    ],
    ['plugin-api', { manifest: { ...twiceManifest, api: 7 } }, undefined, /for API 7 .* has API 1/],
    [
      'plugin-manifest-invalid',
      { manifest: { plugins: [twice, twice] } },
      undefined,
      /is wrong at `plugins`: it lists a plugin twice/,
    ],
    ...(
      [
        [{ shape: null }, /`plugins.0.shape`: it must be \("same" \| Object\), and is null/],
        [{ shape: { last: 3 } }, /`plugins.0.shape.last`: it must be string, and is 3/],
        [{ minimumInputs: 'x' }, /`plugins.0.minimumInputs`: it must be number, and is "x"/],
        [{ minimumInputs: 1.5 }, /`plugins.0.minimumInputs`/],
        [{ outputTypes: [] }, /`plugins.0.outputTypes`: it must be an object of names/],
        [{ outputTypes: { keys: 'float' } }, /`plugins.0.outputTypes.keys`: it must be "boolean"/],
        [{ inputs: [{}] }, /`plugins.0.inputs.0.name`: it is missing/],
        ...[{}, null, { call: 'relu' }].map(
          (fallback) =>
            [
              {
                positional: ['a'],
                schema: {
                  type: 'object',
                  properties: { a: { kind: 'activation', default: fallback } },
                  required: [],
                },
              },
              /`plugins.0.schema.properties.a.default/,
            ] as const,
        ),
      ] as const
    ).map(([change, says]): [string, PackageParts, undefined, RegExp] => [
      'plugin-manifest-invalid',
      { manifest: { plugins: [{ ...twice, ...change }] } },
      undefined,
      says,
    ]),
    [
      'plugin-manifest-invalid',
      { json: { chainrule: { api: 1, manifest: '../../../chainrule.json' } } },
      undefined,
      /lies outside the package/,
    ],
  ])('%s: %j', async (code, parts, version, says) => {
    const error = await refusal(parts, version)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(says)
    expect(error.help).toBeDefined()
  })

  it.each([
    ['package-lock.json', 'npm i chainrule-plugin-glu'],
    ['pnpm-lock.yaml', 'pnpm add chainrule-plugin-glu'],
    ['yarn.lock', 'yarn add chainrule-plugin-glu'],
    ['bun.lock', 'bun add chainrule-plugin-glu'],
  ])('that is not installed is, beside %s, by `%s`', async (lock, install) => {
    const found = findPackage(folder({ [lock]: '' }), { name: 'chainrule-plugin-glu' })
    await expect(found).rejects.toMatchObject({
      code: 'plugin-not-installed',
      help: `install it: \`${install}\``,
    })
  })

  it.each(['null', '[]', '3', '{'])('that has %s as its package.json is none', async (text) => {
    const at = folder({
      ...packageFiles(),
      'node_modules/chainrule-plugin-twice/package.json': text,
    })
    const found = findPackage(at, { name: 'chainrule-plugin-twice' })
    await expect(found).rejects.toMatchObject({ code: 'plugin-none' })
  })

  it('is found by a text that lies in the package itself', async () => {
    const own = folder(packageFiles())
    const at = join(own, 'node_modules/chainrule-plugin-twice')
    const moved = join(folder(), 'work')
    renameSync(at, moved)
    mkdirSync(join(moved, 'examples'))
    const inside = await findPackage(join(moved, 'examples'), { name: 'chainrule-plugin-twice' })
    expect(inside.path).toBe(realpathSync(moved))
    expect(installedNames(join(moved, 'examples'))).toContain('chainrule-plugin-twice')
  })

  it('is found in a folder around that of the file, at the end of a link too', async () => {
    const outer = folder(packageFiles())
    const inner = join(outer, 'models/deep')
    mkdirSync(inner, { recursive: true })
    const found = await findPackage(inner, { name: 'chainrule-plugin-twice', version: '^1.1' })
    expect(found.version).toBe('1.2.0')
    const linked = folder({ 'node_modules/.keep': '' })
    symlinkSync(found.path, join(linked, 'node_modules/chainrule-plugin-twice'))
    expect((await findPackage(linked, { name: 'chainrule-plugin-twice' })).path).toBe(found.path)
  })

  it('is described without being run', async () => {
    const code = 'globalThis.pluginRan = true\nthrow new Error("run")'
    const at = folder(packageFiles({ code }))
    const found = await installedPlugins(at).find({ name: 'chainrule-plugin-twice' }, false)
    expect(found.plugins?.map(({ name }) => name)).toEqual(['twice'])
    expect(found.described).toBe(true)
    expect('pluginRan' in globalThis).toBe(false)
  })

  it.each([
    ['other code', (text: string) => text.replace(/"hash": "./, '"hash": "x'), undefined],
    ['no hash', (text: string) => text.replace('"hash"', '"hush"'), 'does not say of which code'],
    ['no JSON', (text: string) => text.slice(1), 'is no JSON'],
    ['nothing', () => '{"hash": "0"}', 'is wrong at `plugins`: it is missing'],
  ])('is a file whose manifest is of %s', async (_, change, problem) => {
    const at = folder({ 'own.js': twiceCode, 'inner/m.mlp': '' })
    const [plugin] = await pluginsIn(join(at, 'own.js'), {
      name: './own.js',
      folder: at,
      hash: '',
      files: new Set(),
    })
    if (plugin === undefined) throw new Error('no plugin')
    const manifest = fileManifestText(join(at, 'own.js'), [plugin])
    const find = () => installedPlugins(at).find({ name: './own.js' }, false)
    expect(await find()).toEqual({ plugins: undefined, described: true, unknown: 'no-manifest' })
    write(at, { 'own.chainrule.json': manifest })
    expect((await find()).plugins?.map(({ name }) => name)).toEqual(['twice'])
    // The same wherever the folder of the model is.
    const around = await installedPlugins(dirname(at)).find(
      { name: `./${basename(at)}/own.js` },
      false,
    )
    expect(around.plugins).toHaveLength(1)
    write(at, { 'own.chainrule.json': change(manifest) })
    if (problem === undefined) expect(await find()).toMatchObject({ unknown: 'old-manifest' })
    else await expect(find()).rejects.toMatchObject({ message: expect.stringContaining(problem) })
  })

  it('is not a file that lies outside of the folder', async () => {
    const outer = folder({ 'layer.js': '' })
    const inner = join(outer, 'model')
    mkdirSync(inner)
    writeFileSync(join(inner, 'own.js'), '')
    symlinkSync(join(outer, 'layer.js'), join(inner, 'link.js'))
    const find = (name: string) => installedPlugins(inner).find({ name }, false)
    expect((await find('./own.js')).plugins).toBeUndefined()
    await expect(find('../layer.js')).rejects.toMatchObject({ code: 'path-outside' })
    await expect(find('./link.js')).rejects.toMatchObject({ code: 'path-outside' })
    await expect(find('./none.js')).rejects.toMatchObject({ code: 'path-not-found' })
    mkdirSync(join(inner, 'layers.js'))
    await expect(find('./layers.js')).rejects.toMatchObject({
      code: 'path-not-found',
      message: './layers.js is not a file',
    })
  })

  it.each(['chainrule.json', 'package.json'])('is none where its %s is a pipe', async (file) => {
    const at = folder(packageFiles())
    const path = join(at, 'node_modules/chainrule-plugin-twice', file)
    rmSync(path)
    execFileSync('mkfifo', [path])
    const found = findPackage(at, { name: 'chainrule-plugin-twice' })
    await expect(found).rejects.toMatchObject({
      code: file === 'package.json' ? 'plugin-none' : 'plugin-manifest-invalid',
    })
  })

  it('has no manifest that a link leads to elsewhere', async () => {
    const at = folder(packageFiles())
    const path = join(at, 'node_modules/chainrule-plugin-twice/chainrule.json')
    renameSync(path, join(at, 'moved.json'))
    symlinkSync(join(at, 'moved.json'), path)
    const found = findPackage(at, { name: 'chainrule-plugin-twice' })
    await expect(found).rejects.toMatchObject({
      message: expect.stringContaining('lies outside the package'),
    })
  })

  it.each([false, true])('is no file of which a version is asked for, run: %s', async (runs) => {
    const wanted = { name: './own.js', version: '^1' }
    const find = installedPlugins(folder({ 'own.js': twiceCode })).find(wanted, runs)
    await expect(find).rejects.toMatchObject({
      code: 'plugin-version',
      message: './own.js is a file, and has no version',
    })
  })
})

it('all packages of plugins that a folder finds are listed by their names, of folders around it too', () => {
  const at = folder({
    'node_modules/chainrule-plugin-b/package.json': '{}',
    'node_modules/@me/chainrule-plugin-a/package.json': '{}',
    'node_modules/@me/other/package.json': '{}',
    'node_modules/left-pad/package.json': '{}',
    'models/node_modules/chainrule-plugin-b/package.json': '{}',
    'models/x.mlp': '',
  })
  const names = ['@me/chainrule-plugin-a', 'chainrule-plugin-b']
  expect(installedNames(join(at, 'models'))).toEqual(names)
  expect(installedNames(join(at, 'no/such/folder'))).toEqual(names)
})
