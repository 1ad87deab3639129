/** Equations that say the same of another step, as those of a recurrent layer do, of which a program has each by itself. */
import type { Equation } from './types.ts'

/** So many alike, one after the other, are not all told. */
const fewest = 3

/**
 * Marks the equations of a block that comes again with the one that they repeat. Blocks are alike where their equations differ
 * in nothing but the numbers of their indices.
 */
export function markRepeats(equations: readonly Equation[]): Equation[] {
  const forms = equations.map(formOf)
  const marked = [...equations]
  let start = 0
  while (start < equations.length) {
    const { period, times } = longestRun(forms, start)
    for (let at = start + period; at < start + period * times; at++) {
      const equation = equations[at]
      const repeats = start + ((at - start) % period)
      if (equation !== undefined) marked[at] = { ...equation, repeats }
    }
    start += times > 1 ? period * times : 1
  }
  return marked
}

/** The equation with a sign for every number of an index. */
function formOf({ part, latex }: Equation): string {
  const indices = /_\{([^{}]*)\}/g
  return `${part} ${latex.replaceAll(indices, (index) => index.replaceAll(/\d+/g, '#'))}`
}

/** The block from `start` on that covers most by coming again; once where none comes often enough. */
function longestRun(
  forms: readonly string[],
  start: number,
): { readonly period: number; readonly times: number } {
  let best = { period: 1, times: 1 }
  for (let period = 1; start + fewest * period <= forms.length; period++) {
    let end = start + period
    while (end < forms.length && forms[end] === forms[end - period]) end++
    const times = Math.floor((end - start) / period)
    if (times >= fewest && times * period > best.times * best.period) best = { period, times }
  }
  return best
}
