import type { Manifest } from './boundaries/manifests.ts'

const begin = '<!-- packages: written by `pnpm package-picture` -->'
const end = '<!-- end of packages -->'

/**
 * The published packages as a mermaid graph: an arrow from a package to each that it is built on.
 * An arrow that longer ways already say is left out.
 */
export function picture(manifests: readonly Manifest[]): string {
  const shown = manifests.filter((manifest) => !manifest.private)
  const label = ({ name }: Manifest) => name.replace(/^@.*\//, '')
  const arrows = shown.flatMap((from) =>
    direct(from, shown).map((to) => `  ${label(from)} --> ${label(to)}`),
  )
  const alone = shown.map((manifest) => `  ${label(manifest)}`)
  return ['```mermaid', 'graph TD', ...alone, ...arrows, '```'].join('\n')
}

function direct(from: Manifest, all: readonly Manifest[]): readonly Manifest[] {
  const targets = all.filter(({ name }) => from.dependencies.includes(name))
  return targets.filter((to) => !targets.some((by) => by !== to && reaches(by, to, all)))
}

function reaches(from: Manifest, to: Manifest, all: readonly Manifest[]): boolean {
  return all
    .filter(({ name }) => from.dependencies.includes(name))
    .some((next) => next === to || reaches(next, to, all))
}

/** The text with the picture between its two marks. */
export function withPicture(text: string, manifests: readonly Manifest[]): string {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) {
    throw new Error(`the picture needs two lines to stand between:\n${begin}\n${end}`)
  }
  return `${text.slice(0, from)}${begin}\n${picture(manifests)}\n${text.slice(to)}`
}
