import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../../../', import.meta.url)
const folders = ['examples/', 'docs/walk/', 'packages/language/test/syntax/programs/']

/** The example texts of the repository, by their names. */
export const examples: readonly (readonly [name: string, text: string])[] = folders.flatMap(
  (folder) =>
    readdirSync(new URL(folder, root))
      .filter((name) => name.endsWith('.mlp'))
      .sort()
      .map(
        (name) =>
          [`${folder}${name}`, readFileSync(new URL(`${folder}${name}`, root), 'utf8')] as const,
      ),
)

/** The texts that examples use, by their paths. */
export const textOf = (path: string): string | undefined =>
  examples.find(([name]) => name === `examples/${path}`)?.[1]
