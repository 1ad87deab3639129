import type { Check } from '../check.ts'
import { compare } from '../compare.ts'
import { preActivationGradientOutput, preActivationOutput } from '../program-of-case.ts'

/**
 * A backward that is written by hand is the one that follows from forward.
 *
 * Without it     a wrong formula trains, slowly and to a worse place, and nothing says so
 * Found          element by element in float64: ∂L/∂h of each input, ∂L/∂W of each parameter, and ∂L/∂g
 */
export const derived: Check = {
  name: 'derived',
  title: 'backward is the gradient that follows from forward',
  applies: ({ layer }) => layer.backward !== undefined,
  run: async (lab) => {
    if (!lab.has('gradient')) return []
    const feed = lab.feed()
    const { outputs: own } = await lab.run('gradient', feed)
    const { outputs: chained } = await lab.run('derived', feed)
    const { g } = lab.program.entries['forward']?.outputs ?? {}
    const typeOfG = lab.program.entries['forward']?.instructions[g ?? -1]?.type
    const quantities = [
      ...lab.operands.map(({ source, label, shape }) => ({ source, label, shape })),
      ...(typeOfG === undefined
        ? []
        : [{ source: preActivationGradientOutput, label: '∂L/∂g', shape: typeOfG.shape }]),
    ]
    return quantities.flatMap(({ source, label, shape }) => {
      const [found, expected] = [own[source], chained[source]]
      if (found === undefined || expected === undefined) {
        if (expected === undefined) return []
        return lab.finding(
          'derived',
          `forward gives \`${preActivationOutput}\`, backward no \`dg\``,
          {
            quantity: label,
            help: 'return `dg` beside `dh`: ∂L/∂g is what `inspect` shows of a layer',
          },
        )
      }
      return compare(
        lab,
        'derived',
        { quantity: label, shape, found, expected },
        lab.tolerance('f64'),
        {
          problem: 'backward gives another gradient than forward has',
          dtype: 'f64',
          help: `\`found\` is what \`backward\` returns for it, \`expected\` follows from \`forward\`: look at the line of \`backward\` that makes it`,
        },
      )
    })
  },
}
