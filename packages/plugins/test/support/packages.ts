/** Packages of plugins in folders of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true })
})

/** A folder with these files, which is gone after the tests. */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'chainrule-plugins-'))
  made.push(path)
  write(path, files)
  return path
}

export function write(path: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(path, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** The code of a layer that doubles what it gets. A literal, as `defineLayer` gives it. */
export const twice = `
export const twice = {
  kind: 'layer', name: 'twice', summary: 'Two of it.', arguments: {}, options: {},
  inputs: [{ name: 'h' }], minimumInputs: undefined, outputs: [], outputTypes: {}, randomSlots: [],
  couples: 'none', joined: {},
  shape: (config, [h]) => ({ h }),
  init: () => ({}),
  statistics: () => ({}),
  forward: (ops, parameters, [h]) => ({ h: ops.add(h, h), saved: undefined }),
  backward: undefined,
}
`

/** What `manifestOf` says of it. */
export const twiceManifest = {
  api: 1,
  plugins: [
    {
      kind: 'layer',
      name: 'twice',
      summary: 'Two of it.',
      positional: [],
      schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
      inputs: [{ name: 'h' }],
      outputs: [],
      outputTypes: {},
      shape: 'same',
    },
  ],
}

export interface PackageParts {
  readonly name?: string
  readonly version?: string
  readonly code?: string
  readonly manifest?: unknown
  readonly json?: Readonly<Record<string, unknown>>
}

/** The files of an installed package, for `folder`. */
export function packageFiles({
  name = 'chainrule-plugin-twice',
  version = '1.2.0',
  code = twice,
  manifest = twiceManifest,
  json = {},
}: PackageParts = {}): Record<string, string> {
  const at = `node_modules/${name}`
  const described = {
    name,
    version,
    type: 'module',
    exports: { '.': './index.js' },
    chainrule: { api: 1, manifest: './chainrule.json' },
    ...json,
  }
  return {
    [`${at}/package.json`]: JSON.stringify(described),
    [`${at}/index.js`]: code,
    [`${at}/chainrule.json`]: typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
  }
}
