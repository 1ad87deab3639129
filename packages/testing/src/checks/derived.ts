import type { Check } from '../check.ts'
import { compare } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { preActivationGradientOutput } from '../program-of-case.ts'
import type { Feed } from '../run.ts'

/**
 * A backward that is written by hand is the one that follows from forward.
 *
 * Without it     a wrong formula trains, slowly and to a worse place, and nothing says so
 * Found          element by element in float64: ∂L/∂h of each input, ∂L/∂W of each parameter, and ∂L/∂g; for inputs between ±1,
 *                and further out
 */
export const derived: Check = {
  name: 'derived',
  title: 'backward is the gradient that follows from forward',
  applies: ({ layer }) => layer.backward !== undefined,
  run: async (lab) => {
    const near = await apart(lab, lab.feed())
    // A formula may be right near 0 alone: clipped, or the beginning of a series.
    return near.length > 0 ? near : await apart(lab, lab.feed({ salt: 2, spread: wide }))
  },
}

/** As far as inputs lie in the second look, where a case gives them no domain. */
const wide = 6

/** Where `backward` is apart from what follows from `forward`. */
export async function apart(lab: Lab, feed: Feed): Promise<Finding[]> {
  if (!lab.has('gradient')) return []
  const own = await lab.run('gradient', feed)
  const chained = await lab.run('derived', feed)
  const quantities = [
    ...lab.operands.map(({ source, label }) => [source, label] as const),
    [preActivationGradientOutput, '∂L/∂g'] as const,
  ]
  return quantities.flatMap(([source, quantity]) => {
    const [found, expected] = [own[source], chained[source]]
    // Only a layer with a pre-activation has ∂L/∂g.
    if (expected === undefined) return []
    if (found === undefined) {
      return lab.finding('derived', 'forward gives `g`, and backward no `dg`', {
        quantity,
        help: 'return `dg` beside `dh`: ∂L/∂g is what `inspect` shows of a layer',
      })
    }
    return compare(lab, 'derived', { quantity, found, expected }, lab.tolerance('f64'), {
      problem: 'backward gives another gradient than forward has',
      dtype: 'f64',
      help: '`found` is what `backward` returns for it, `expected` follows from `forward`: look at the line of `backward` that makes it',
    })
  })
}
