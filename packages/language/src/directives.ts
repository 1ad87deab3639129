/** Where directives may stand and what may stand behind them, for whoever reads or mends them. */

/** Those that may stand inside the braces of `data`. */
export const dataDirectives: ReadonlySet<string> = new Set([
  ...['target', 'features', 'column', 'split', 'scale', 'window'],
])

/** Those behind whose arguments `on` may stand. */
export const directivesWithOn: readonly string[] = ['loss', 'target', 'metrics', 'regularise']
