import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { folderSource } from '../src/node.ts'
import { failure } from './support/errors.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'chainrule-data-')))
afterAll(() => rmSync(root, { recursive: true }))

function put(path: string, text: string): void {
  const full = join(root, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, text)
}

put('home/model/iris.csv', 'inside')
put('home/model/data/deep.csv', 'deep')
put('home/secret.csv', 'secret')
put('home/model2/near.csv', 'a name that begins alike')
put('allowed/extra.csv', 'extra')
put('home/node_modules/flat/data/a.csv', 'flat')
put('home/node_modules/flat/package.json', '{"name":"flat","exports":{".":"./index.js"}}')
put('store/real-scoped/data.csv', 'scoped')
put('store/real-scoped/package.json', '{"name":"@scope/pack"}')
mkdirSync(join(root, 'home/model/node_modules/@scope'), { recursive: true })
symlinkSync(join(root, 'store/real-scoped'), join(root, 'home/model/node_modules/@scope/pack'))
symlinkSync(join(root, 'home/secret.csv'), join(root, 'home/model/link.csv'))
symlinkSync(join(root, 'home'), join(root, 'home/model/up'))
symlinkSync(join(root, 'allowed/extra.csv'), join(root, 'home/model/allowed.csv'))
symlinkSync(join(root, 'home/secret.csv'), join(root, 'store/real-scoped/link.csv'))
symlinkSync(join(root, 'home/model/iris.csv'), join(root, 'home/model/same.csv'))

const source = folderSource(join(root, 'home/model'))
const allowing = folderSource(join(root, 'home/model'), { allowPaths: [join(root, 'allowed')] })
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test.each([
  ['a file beside the model', 'iris.csv', 'inside'],
  ['a file in a folder below', 'data/deep.csv', 'deep'],
  ['a way up and back in', '../model/iris.csv', 'inside'],
  ['an absolute path that leads inside', join(root, 'home/model/iris.csv'), 'inside'],
  ['a link that stays inside', 'same.csv', 'inside'],
  ['a package above the folder that does not export the file', 'npm:flat/data/a.csv', 'flat'],
  ['a scoped package that is a link, as pnpm makes them', 'npm:@scope/pack/data.csv', 'scoped'],
])('%s is read', (_, path, content) => {
  const file = source.read(path)
  expect(text(file.bytes)).toBe(content)
  expect(file).toMatchObject({ name: path, quotable: true })
})

test.each([
  ['a file above', '../secret.csv', 'path-outside'],
  ['a file above that does not exist', '../no-such.csv', 'path-outside'],
  ['a folder whose name begins alike', '../model2/near.csv', 'path-outside'],
  ['an absolute path', '/etc/passwd', 'path-outside'],
  ['a link that leads out', 'link.csv', 'path-outside'],
  ['a folder that leads out', 'up/secret.csv', 'path-outside'],
  ['a link to what only another may allow', 'allowed.csv', 'path-outside'],
  ['no such file', 'irsi.csv', 'path-not-found'],
  ['a folder', 'data', 'path-invalid'],
  ['an empty path', '', 'path-invalid'],
  ['a zero byte', 'iris.csv\0', 'path-invalid'],
  ['no such package', 'npm:none/a.csv', 'package-not-found'],
  ['a package without a path', 'npm:flat', 'path-invalid'],
  ['a package that is no name', 'npm:../secret.csv', 'path-invalid'],
  ['a dot as a package', 'npm:./secret.csv', 'path-invalid'],
  ['a path out of a package', 'npm:flat/../../secret.csv', 'path-outside'],
  ['a link out of a package', 'npm:@scope/pack/link.csv', 'path-outside'],
  ['no such file in a package', 'npm:flat/data/b.csv', 'path-not-found'],
])('%s: refused', async (_, path, code) => {
  const error = await failure(() => source.read(path))
  expect(error.code).toBe(code)
  expect(error.message).not.toContain(root === path ? '' : 'secret\n')
})

test('what is allowed is read, and not quoted', () => {
  const path = join(root, 'allowed/extra.csv')
  expect(allowing.read(path)).toMatchObject({ name: path, quotable: false })
  expect(allowing.read('allowed.csv').quotable).toBe(false)
  expect(allowing.read('iris.csv').quotable).toBe(true)
  expect(allowing.resolve('../../allowed/extra.csv')).toEqual({ path, where: 'allowed' })
})

test('an allowed folder that does not exist is said at once', async () => {
  const opening = (): unknown => folderSource(root, { allowPaths: [join(root, 'nowhere')] })
  expect((await failure(opening)).code).toBe('path-not-found')
})

test('help names the nearest file, the package to install, the flag that allows', async () => {
  expect((await failure(() => source.read('irsi.csv'))).help).toMatch(/^did you mean `iris.csv`\?/)
  expect((await failure(() => source.read('data/dep.csv'))).help).toMatch(
    /^did you mean `data\/deep.csv`\?/,
  )
  expect((await failure(() => source.read('npm:none/a.csv'))).help).toContain('npm install none')
  expect((await failure(() => source.read('../secret.csv'))).help).toContain('--allow-path')
})

test('an allowed folder may be named through a link, without which its files would be outside', () => {
  symlinkSync(join(root, 'allowed'), join(root, 'linked'))
  const linked = folderSource(join(root, 'home/model'), { allowPaths: [join(root, 'linked')] })
  expect(text(linked.read(join(root, 'linked/extra.csv')).bytes)).toBe('extra')
  expect(text(linked.read('../../linked/extra.csv').bytes)).toBe('extra')
})
