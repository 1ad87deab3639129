/*
 * What `changeset version` writes into the changelogs (.changeset/config.json names this file): a line for each change, as it was
 * written, and one for the packages that were updated. The changes of a first version come from hundreds of commits, which are
 * of no use to whoever reads what is new.
 */
interface Changeset {
  readonly summary: string
}

interface Updated {
  readonly name: string
  readonly newVersion: string
}

/** A change, in its own words. */
function getReleaseLine({ summary }: Changeset): string {
  const [first = '', ...more] = summary.split('\n').map((line) => line.trimEnd())
  return [`- ${first}`, ...more.map((line) => `  ${line}`)].join('\n')
}

/** `Updated: @chainrule/core 0.2.0, @chainrule/program 0.2.0`; nothing where no package was. */
function getDependencyReleaseLine(_: readonly Changeset[], updated: readonly Updated[]): string {
  const packages = updated.map(({ name, newVersion }) => `${name} ${newVersion}`).sort()
  return packages.length === 0 ? '' : `- Updated: ${packages.join(', ')}`
}

export default { getReleaseLine, getDependencyReleaseLine }
