import { type ILookaheadStrategy, LLkLookaheadStrategy } from 'chevrotain'

type AlternationOptions = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0]
type OptionalOptions = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0]

/**
 * chevrotain's own lookahead, of which each choice of the grammar gets its tables when a text first comes there. A text
 * comes to a third of them, and to make all of them is a third of what the parser needs before its first token.
 */
export class LazyLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(options: AlternationOptions) {
    return whenCalled(() => super.buildLookaheadForAlternation(options))
  }

  override buildLookaheadForOptional(options: OptionalOptions) {
    return whenCalled(() => super.buildLookaheadForOptional(options))
  }
}

/** The function that `build` gives, which is asked for at the first call. `this` is the parser. */
function whenCalled<Arguments extends unknown[], Result>(
  build: () => (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  let built: ((...values: Arguments) => Result) | undefined
  return function (this: unknown, ...values) {
    built ??= build()
    return built.apply(this, values)
  }
}
