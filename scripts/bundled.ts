/*
 * A bundler copies code of others into what we publish, and their licenses want to go with it. It leaves a comment before
 * each file, by which this finds whose code it is.
 */

const comment =
  /^\/\/ .*\/node_modules\/\.pnpm\/@?[^/@]+@([^@/_(]+)[^/]*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm

/** `chevrotain 13.2.0`, for each package whose code a built file holds. */
export function bundledIn(code: string): string[] {
  const found = [...code.matchAll(comment)].map(([, version, name]) => `${name} ${version}`)
  return [...new Set(found)].sort()
}

/** Those that a notice does not name; it does so by `name version` on a line of its own. */
export function unnamedIn(notice: string, bundled: readonly string[]): string[] {
  const lines = new Set(notice.split('\n').map((line) => line.trim()))
  return bundled.filter((each) => !lines.has(each))
}
