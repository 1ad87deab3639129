/**
 * Makes a value at its first use and keeps it. For what costs milliseconds to build, is the same for ever, and is not
 * needed by everyone who imports the package: lexer and parser.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
