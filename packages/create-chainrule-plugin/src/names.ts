/** What a plugin may be called, so that a text can name it and its package compiles. */
import { takenNames } from './taken-names.ts'

const namePattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/** What is wrong with a name, if something is. */
export function wrongWithName(name: string): string | undefined {
  if (!namePattern.test(name))
    return `\`${name}\` is no name of a plugin: small letters and digits, parts joined by \`-\`, as in \`my-layer\``
  const [taker] = Object.entries(takenNames).find(([, names]) => names.includes(name)) ?? []
  if (taker === undefined) return undefined
  const owner =
    taker === 'word' ? 'a word of the language' : `${article(taker)} ${taker} of Chainrule`
  return `\`${name}\` is ${owner} already, for which yours would be taken: choose another name, as in \`my-${name}\``
}

const article = (word: string): string => (/^[aeiou]/.test(word) ? 'an' : 'a')

/** What is wrong with a scope on npm, if something is. */
export function wrongWithScope(scope = ''): string | undefined {
  if (scope === '' || /^@?[a-z0-9~-][a-z0-9._~-]*$/.test(scope)) return undefined
  return `\`${scope}\` is no scope of npm: small letters, digits, \`-\`, \`.\` and \`_\`, as in \`@me\``
}

/** What its code is called in TypeScript. */
export const identifierOf = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** What keeps a name from being that of a constant beside what the files of the template name. */
export function wrongWithIdentifier(
  name: string,
  files: readonly { readonly text: string }[],
): string | undefined {
  const identifier = identifierOf(name)
  const isTaken = files.some(({ text }) => declaredIn(text).has(identifier))
  if (!isTaken && isDeclarable(identifier)) return undefined
  return `\`${identifier}\` cannot be the name of its constant in TypeScript: take another name, as in \`my-${name}\``
}

function isDeclarable(identifier: string): boolean {
  // In a module `await` is reserved too.
  if (identifier === 'await') return false
  try {
    new Function(`'use strict'; const ${identifier} = 0`)
    return true
  } catch {
    return false
  }
}

const declaration = /^\s*(?:export )?(?:const|let|function|class|interface) (?:\{([^}]*)\}|(\w+))/gm

/** What a module imports or declares, within its functions too. */
function declaredIn(text: string): ReadonlySet<string> {
  const imports = [...text.matchAll(/\bimport \{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((each) => each.trim().replace(/^type /, '')),
  )
  const declared = [...text.matchAll(declaration)].flatMap(([, several = '', one = '']) => [
    ...several.split(',').map((each) => each.trim()),
    one,
  ])
  return new Set([...imports, ...declared])
}
