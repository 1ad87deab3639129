import { inputName } from '@chainrule/core'
import { asInput } from '../case.ts'
import type { Check } from '../check.ts'
import { named, notFinite } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { type Feed, run } from '../run.ts'

/** From an end of the domain to the other, as parts of it. */
const magnitudes = [-1, -1e-2, -1e-4, -1e-34, 0, 1e-34, 1e-4, 1e-2, 1]
/** What an input without a domain goes to. */
const far = 1e4

/**
 * Outputs and gradients stay finite in float32 at inputs far from 0, at 0, and where all are equal.
 *
 * Without it     one row with an outlier, or an image that is black, ends a training with NaN
 * Found          an input with a `domain` goes to its ends, any other to ±10⁴; integers go out of their range
 */
export const extremes: Check = {
  name: 'extremes',
  title: 'outputs and gradients stay finite at extreme inputs',
  run: async (lab) => {
    const feed = lab.feed()
    const patterns: Readonly<Record<string, (i: number, low: number, high: number) => number>> = {
      'numbers from an end to the other': (i, low, high) => {
        const part = magnitudes[(i * 5) % magnitudes.length] ?? 0
        return part < 0 ? -part * low : part * high
      },
      'the largest number everywhere': (_, __, high) => high,
      'the smallest number everywhere': (_, low) => low,
      'the number nearest to 0 everywhere': (_, low, high) => Math.min(Math.max(0, low), high),
    }
    const findings: Finding[] = []
    for (const [pattern, at] of Object.entries(patterns)) {
      const given = { ...feed, ...extremeInputs(lab, feed, at) }
      findings.push(...(await finiteAt(lab, pattern, given)))
    }
    return findings
  },
}

function extremeInputs(
  lab: Lab,
  feed: Feed,
  at: (i: number, low: number, high: number) => number,
): Feed {
  const drawn = lab.inputs.map(({ index, input }) => {
    const name = inputName(input.name)
    const { domain, below = 4, draw } = asInput(lab.tested.inputs[index] ?? [])
    // What is bound to each other stays as it is.
    if (draw !== undefined) return [name, feed[name] ?? []] as const
    const ends = {
      f32: domain === undefined ? [-far, far] : [domain.from ?? -1, domain.to ?? 1],
      i32: [-1, below],
      bool: [0, 1],
      u8: [0, 255],
    }[input.dtype]
    const [low = 0, high = 0] = ends
    const values = Array.from(feed[name] ?? [], (_, i) => {
      const value = at(i, low, high)
      return input.dtype === 'f32' ? value : Math.round(value)
    })
    return [name, values] as const
  })
  return Object.fromEntries(drawn)
}

/** Engines compute exponentials and the like in ways of their own, so each is asked. */
async function finiteAt(lab: Lab, pattern: string, feed: Feed): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const engine of lab.engines) {
    for (const entry of ['evaluate', 'train', 'gradient'] as const) {
      if (!lab.has(entry)) continue
      const executable = await lab.executable('f32', engine)
      const results = run(executable, entry, lab.rows, feed)
      findings.push(
        ...notFinite(lab, 'extremes', named(entry, results), {
          problem: `not finite at extreme inputs: ${pattern}`,
          engine: engine.name,
          dtype: 'f32',
          rows: lab.rows,
          help: 'take the largest from all before an exponential, keep an epsilon under a root or a division, and where a branch overflows clamp what it sees; an input that cannot be there is left out by a `domain`',
        }),
      )
    }
  }
  return findings
}
