import { describe, expect, it } from 'vitest'
import type { Manifest } from '../boundaries/manifests.ts'
import { picture, withPicture } from '../picture.ts'

const made = (name: string, dependencies: readonly string[], secret = false): Manifest => ({
  folder: `packages/${name}`,
  name: `@made/${name}`,
  private: secret,
  dependencies: dependencies.map((other) => `@made/${other}`),
  devDependencies: [],
  commands: [],
  entries: [],
  scripts: [],
})
const packages = [
  made('program', []),
  made('core', ['program']),
  made('whole', ['program', 'core']),
  made('vectors', [], true),
]
const marks = [
  '<!-- packages: written by `pnpm package-picture` -->',
  '<!-- end of packages -->',
] as const

describe('picture', () => {
  it('draws an arrow for each dependency that no longer way says', () => {
    const arrows = picture(packages).match(/\S+ --> \S+/g)
    expect(arrows).toEqual(['core --> program', 'whole --> core'])
  })

  it('leaves private packages out', () => {
    expect(picture(packages)).not.toContain('vectors')
  })

  it('replaces what stands between the marks and nothing else', () => {
    const text = `before\n${marks[0]}\nold\n${marks[1]}\nafter\n`
    const drawn = withPicture(text, packages)
    expect(drawn).toBe(`before\n${marks[0]}\n${picture(packages)}\n${marks[1]}\nafter\n`)
    expect(withPicture(drawn, packages)).toBe(drawn)
  })

  it('asks for the marks where they are missing', () => {
    expect(() => withPicture('no marks', packages)).toThrow('needs two lines')
  })
})
