/** Code of others is run only if a person trusts exactly these files; a stranger's lock file is no consent. */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LockFile } from '../src/node/lock.ts'
import {
  type Candidate,
  configurationFolder,
  folderHash,
  installedPlugins,
  TrustStore,
} from '../src/node.ts'
import { folder, packageFiles, twice, twiceManifest, write } from './support/packages.ts'

const name = 'chainrule-plugin-twice'
const installed = (at: string): string => join(at, 'node_modules', name)

/** Code that leaves a mark when it runs. */
const marking = (mark: string): string =>
  `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(mark)}, '')\n${twice}`

function setting(files = packageFiles()) {
  const at = folder(files)
  const store = new TrustStore(folder())
  const asked: Candidate[] = []
  const find = (answer?: boolean, trust?: ReadonlyMap<string, string>) =>
    installedPlugins(at, {
      store,
      ...(trust === undefined ? {} : { trust }),
      ...(answer === undefined
        ? {}
        : {
            ask: async (candidate) => {
              asked.push(candidate)
              return answer
            },
          }),
    }).find({ name }, true)
  return { at, store, asked, find }
}

describe('the hash of a folder', () => {
  it.each<[string, (at: string) => void]>([
    ['a file is changed', (at) => write(at, { 'a.js': '2' })],
    ['a file is added', (at) => write(at, { 'inner/c.js': '' })],
    ['a file is renamed', (at) => renameSync(join(at, 'a.js'), join(at, 'z.js'))],
  ])('is another where %s', (_, change) => {
    const at = folder({ 'a.js': '1', 'inner/b.js': '' })
    const before = folderHash(at)
    change(at)
    expect(folderHash(at)).not.toBe(before)
  })

  it('is the same elsewhere, and does not count installed packages', () => {
    const files = { 'a.js': '1', 'inner/b.js': '' }
    expect(folderHash(folder({ ...files, 'node_modules/x/index.js': '' }))).toBe(
      folderHash(folder(files)),
    )
  })
})

it.each([[{ XDG_CONFIG_HOME: 'own' }], [{ XDG_CONFIG_HOME: '', HOME: '' }]])(
  'what was trusted lies in no folder that depends on where the command runs: %j',
  (changed) => {
    const before = { ...process.env }
    Object.assign(process.env, changed)
    try {
      expect(isAbsolute(configurationFolder())).toBe(true)
      expect(configurationFolder().startsWith(process.cwd())).toBe(false)
    } finally {
      Object.assign(process.env, { XDG_CONFIG_HOME: '', HOME: '' }, before)
      if (before['XDG_CONFIG_HOME'] === undefined) delete process.env['XDG_CONFIG_HOME']
    }
  },
)

describe('a plugin', () => {
  it('is not run where nobody is asked', async () => {
    const { at, find } = setting()
    const mark = join(at, 'ran')
    write(at, packageFiles({ code: marking(mark) }))
    await expect(find()).rejects.toMatchObject({
      code: 'plugin-untrusted',
      help: expect.stringContaining(`--trust ${name}@${folderHash(installed(at))}`),
    })
    expect(existsSync(mark)).toBe(false)
  })

  it('is not run where the person says no, and nothing is remembered', async () => {
    const { at, store, find } = setting()
    const mark = join(at, 'ran')
    write(at, packageFiles({ code: marking(mark) }))
    await expect(find(false)).rejects.toMatchObject({ code: 'plugin-untrusted' })
    expect(existsSync(mark)).toBe(false)
    expect(existsSync(store.file)).toBe(false)
  })

  it('is not run because the folder of a stranger brings a lock file for it', async () => {
    const { at, find } = setting()
    const mark = join(at, 'ran')
    write(at, packageFiles({ code: marking(mark) }))
    const pin = { version: '1.2.0', hash: folderHash(installed(at)) }
    write(at, {
      'chainrule.lock': JSON.stringify({ version: 1, plugins: { [name]: pin } }),
      // Nor by what looks like the person's own file.
      'trusted-plugins.json': JSON.stringify({ version: 1, trusted: [{ name, ...pin }] }),
    })
    await expect(find()).rejects.toMatchObject({ code: 'plugin-untrusted' })
    expect(existsSync(mark)).toBe(false)
  })

  it('is asked about once, and again where its files have changed', async () => {
    const { at, asked, find } = setting()
    expect((await find(true)).plugins?.map((each) => each.name)).toEqual(['twice'])
    await find(true)
    expect(asked).toHaveLength(1)
    const [{ hash, before } = {}] = asked
    expect(before).toBeUndefined()
    write(installed(at), { 'README.md': 'changed' })
    write(at, { 'chainrule.lock': '{"plugins":{}}' })
    // The process has loaded the old ones; the next will run these.
    await expect(find(true)).rejects.toMatchObject({ code: 'plugin-load-failed' })
    expect(asked).toHaveLength(2)
    expect(asked[1]).toMatchObject({ path: installed(at), before: { version: '1.2.0', hash } })
  })

  it('is asked about again elsewhere: the same files may find the code of a stranger there', async () => {
    const { at, store, find } = setting()
    await find(true)
    const stranger = folder({
      ...packageFiles(),
      'node_modules/@chainrule/core/package.json': '{}',
    })
    expect(folderHash(installed(stranger))).toBe(folderHash(installed(at)))
    const elsewhere = installedPlugins(stranger, { store }).find({ name }, true)
    // Nothing of it has changed.
    await expect(elsewhere).rejects.toMatchObject({
      code: 'plugin-untrusted',
      message: `${name} 1.2.0 was trusted at ${installed(at)}, and not here, so it is not run`,
    })
  })

  it('is said to have changed where it lies as before, whatever was trusted elsewhere since', async () => {
    const { at, store, find } = setting()
    await find(true)
    store.add({ name, version: '9.0.0', path: '/elsewhere', hash: '0'.repeat(64) })
    write(installed(at), { 'README.md': 'changed' })
    write(at, { 'chainrule.lock': '{"plugins":{}}' })
    await expect(find()).rejects.toMatchObject({
      code: 'plugin-untrusted',
      message: `${name} 1.2.0 has changed since it was trusted here, so it is not run`,
    })
  })

  it('of a file has no version, and what another file of its name is says nothing of it', async () => {
    const { store } = setting()
    store.add({ name: './own.js', version: 'as it is', path: '/elsewhere/own.js', hash: '0' })
    const source = installedPlugins(folder({ 'own.js': twice }), { store })
    await expect(source.find({ name: './own.js' }, true)).rejects.toMatchObject({
      message: './own.js was never trusted here, so it is not run',
    })
  })

  it('is not run where its files change while the person is asked', async () => {
    const { at, store } = setting()
    const mark = join(at, 'ran')
    const ask = async (): Promise<boolean> => {
      write(at, packageFiles({ code: marking(mark) }))
      return true
    }
    const found = installedPlugins(at, { store, ask }).find({ name }, true)
    await expect(found).rejects.toMatchObject({ code: 'plugin-untrusted' })
    expect(existsSync(mark)).toBe(false)
  })

  it('is run where its hash is named, for that run', async () => {
    const { at, store, find } = setting()
    const hash = folderHash(installed(at))
    await find(undefined, new Map([[name, hash]]))
    expect(store.has({ name, hash, path: installed(at) })).toBe(false)
    await expect(find(undefined, new Map([[name, '0'.repeat(64)]]))).rejects.toMatchObject({
      code: 'plugin-untrusted',
    })
  })

  it('is pinned beside the model, and another one is refused', async () => {
    const { at, find } = setting()
    await find(true)
    const lock = join(at, 'chainrule.lock')
    const hash = folderHash(installed(at))
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual({
      version: 1,
      plugins: { [name]: { version: '1.2.0', hash } },
    })
    write(at, packageFiles({ version: '1.3.0' }))
    await expect(find(true)).rejects.toMatchObject({
      code: 'plugin-locked',
      message: `${name} 1.3.0 is installed, and not 1.2.0, as \`chainrule.lock\` beside the model says`,
    })
  })

  it.each([
    'no JSON',
    '3',
    'null',
    '{}',
    '{ "plugins": [] }',
    '{ "plugins": { "x": 3 } }',
    '{ "plugins": { "x": { "version": "1.0.0" } } }',
  ])('is not run where `chainrule.lock` is broken: %s', async (text) => {
    const { at, find } = setting({ ...packageFiles(), 'chainrule.lock': text })
    await expect(find(true)).rejects.toMatchObject({
      code: 'plugin-locked',
      message: `${join(at, 'chainrule.lock')} cannot be read`,
    })
  })

  it.each([
    'no JSON',
    '3',
    '{}',
    '{ "trusted": {} }',
    '{ "trusted": [3] }',
    '{ "trusted": [null] }',
    '{ "trusted": [{ "name": "x" }] }',
  ])('is not run where what was trusted cannot be read: %s', async (text) => {
    const { store, find } = setting()
    write(dirname(store.file), { 'trusted-plugins.json': text })
    await expect(find(true)).rejects.toMatchObject({
      code: 'plugin-untrusted',
      message: `${store.file} cannot be read`,
    })
  })

  it('is told of where what is kept of it cannot be written', async () => {
    // Where a folder would be made stands a file: not even root can write there.
    const nowhere = join(folder({ file: '' }), 'file/inner')
    const store = new TrustStore(nowhere)
    const found = installedPlugins(folder(packageFiles()), { store, ask: async () => true })
    await expect(found.find({ name }, true)).rejects.toMatchObject({
      code: 'plugin-not-kept',
      message: `${store.file} cannot be written`,
    })
    expect(() => new LockFile(nowhere).pin(name, { version: '1.0.0', hash: '0' })).toThrow(
      expect.objectContaining({ code: 'plugin-not-kept' }),
    )
  })

  it.each([
    ['plugin-load-failed', 'throw new Error("no database")', /could not be loaded: no database/],
    ['plugin-load-failed', 'export const x = 3', /gives no plugin/],
    [
      'plugin-manifest-differs',
      twice.replace("name: 'twice'", "name: 'thrice'"),
      /it lacks the layer `thrice`; the code has no layer `twice`/,
    ],
    [
      'plugin-manifest-differs',
      twice.replace('({ h })', '({ h: [...h, 2] })'),
      /layer `twice`: shape is "same" and in the code undefined/,
    ],
  ])('is refused as %s where its code is %j', async (code, source, says) => {
    const { find } = setting(packageFiles({ code: source, manifest: twiceManifest }))
    await expect(find(true)).rejects.toMatchObject({ code, message: expect.stringMatching(says) })
  })

  it('that fails to load keeps its own stack', async () => {
    const { find } = setting(packageFiles({ code: 'function inner() { null.x }\ninner()' }))
    const error = await find(true).catch((each: unknown) => each)
    expect(error).toMatchObject({ data: { stack: expect.stringContaining('at inner') } })
  })
})
