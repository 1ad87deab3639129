import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const guide = readFileSync(new URL('docs/guide/editors.md', root), 'utf8')
const { bin } = JSON.parse(
  readFileSync(new URL('packages/language-server/package.json', root), 'utf8'),
)

/** The blocks of code of a kind. */
const blocks = (kind: string): string[] =>
  [...guide.matchAll(/```(\w+)\n(.*?)```/gs)].flatMap(([, each, code = '']) =>
    each === kind ? [code] : [],
  )

test('every configuration of the guide starts the command that the package has', () => {
  const [command] = Object.keys(bin)
  expect(blocks('lua').join()).toContain(`cmd = { '${command}', '--stdio' }`)
  expect(blocks('toml').join()).toContain(`command = "${command}"\nargs = ["--stdio"]`)
  expect(guide.match(/[a-z-]*language-server --stdio/g)).toEqual(
    expect.not.arrayContaining([expect.not.stringContaining(`${command} `)]),
  )
  expect(blocks('json').map((code) => JSON.parse(code))).toEqual([{ allowPaths: ['/data'] }])
})
