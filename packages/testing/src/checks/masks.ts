import { inputName } from '@chainrule/core'
import { type Shape, sameShape } from '@chainrule/program'
import type { Check } from '../check.ts'
import { compare, notFinite } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { elementsOf, type Feed, type Measured, type Results } from '../run.ts'
import type { PresentInput } from '../subject.ts'

/**
 * A mask says which places count: a full one is as none, an empty one gives nothing that is not finite, and what is
 * masked is not read.
 *
 * Without it     padding is learnt from, or a row of padding alone divides by the 0 places that it has
 * Found          where a boolean input's axes are the first of a float input: that input is changed where the mask is
 *                false, and outputs are compared where it is true
 */
export const masks: Check = {
  name: 'masks',
  title: 'what is masked is not read, a full mask is as none',
  applies: (lab) => lab.inputs.some(({ input }) => input.dtype === 'bool'),
  run: async (lab) => {
    const findings: Finding[] = []
    for (const mask of lab.inputs.filter(({ input }) => input.dtype === 'bool')) {
      findings.push(...(await full(lab, mask)))
      findings.push(...(await empty(lab, mask)))
      findings.push(...(await unread(lab, mask)))
    }
    return findings
  },
}

const filled = (lab: Lab, { input }: PresentInput, value: 0 | 1): Feed => {
  const feed = lab.feed()
  const name = inputName(input.name)
  return { ...feed, [name]: Array.from(feed[name] ?? [], () => value) }
}

/** A mask that is true everywhere against none. */
async function full(lab: Lab, mask: PresentInput): Promise<Finding[]> {
  if (lab.layer.inputs[mask.index]?.optional !== true) return []
  const inputs = lab.tested.inputs.map((given, i) => (i === mask.index ? undefined : given))
  const without = lab.variant({ inputs })
  const feed = filled(lab, mask, 1)
  const found = await lab.run('evaluate', feed)
  const expected = await without.run('evaluate', feed)
  await without.dispose()
  return Object.keys(lab.outputShapes).flatMap((name) =>
    compare(
      lab,
      'masks',
      { quantity: name, found: found[name], expected: expected[name] },
      lab.tolerance('f64'),
      {
        problem: `\`${mask.input.name}\` that is true everywhere is not as none`,
        dtype: 'f64',
        help: 'true is what counts, false what is left out',
      },
    ),
  )
}

/** A mask that is false everywhere. */
async function empty(lab: Lab, mask: PresentInput): Promise<Finding[]> {
  const feed = filled(lab, mask, 0)
  const findings: Finding[] = []
  for (const entry of ['evaluate', 'gradient'] as const) {
    if (!lab.has(entry)) continue
    const results = await lab.run(entry, feed, { precision: 'f32' })
    findings.push(
      ...notFinite(lab, 'masks', results, {
        problem: `\`${entry}\` is not finite where \`${mask.input.name}\` is false everywhere`,
        dtype: 'f32',
        help: 'a row may be padding alone: divide by the larger of 1 and the places that count, and let a softmax over none give 0',
      }),
    )
  }
  return findings
}

/** Other numbers where the mask is false. */
async function unread(lab: Lab, mask: PresentInput): Promise<Finding[]> {
  const [feed, other] = [lab.feed(), lab.feed({ salt: 2 })]
  const kept = feed[inputName(mask.input.name)] ?? []
  const read = lab.inputs.filter(
    ({ input, shape }) => input.dtype === 'f32' && begins(shape, mask.shape),
  )
  if (read.length === 0) return []
  const changed = read.map(({ input }) => {
    const name = inputName(input.name)
    const [values, others] = [Array.from(feed[name] ?? []), other[name] ?? []]
    return [name, where(values, kept, (i) => others[i] ?? 0)] as const
  })
  const before = await lab.run('evaluate', feed)
  const after = await lab.run('evaluate', { ...feed, ...Object.fromEntries(changed) })
  const visible = (results: Results, name: string, shape: Shape): Measured => {
    const values = Array.from(elementsOf(results, name))
    // An output with a place for each of the mask's may say anything where it is false.
    const shown = begins(shape, mask.shape) ? where(values, kept, () => 0) : values
    return { shape: results[name]?.shape ?? [], values: shown }
  }
  return Object.entries(lab.outputShapes).flatMap(([name, shape]) =>
    compare(
      lab,
      'masks',
      {
        quantity: name,
        found: visible(after, name, shape),
        expected: visible(before, name, shape),
      },
      lab.tolerance('f64'),
      {
        problem: `what \`${mask.input.name}\` leaves out changes the output`,
        dtype: 'f64',
        help: 'select before you sum: 0 for a sum, −∞ for a maximum, and for a mean the number of places that count',
      },
    ),
  )
}

/** Whether the axes of `first` are the first of `shape`. */
const begins = (shape: Shape, first: Shape): boolean =>
  sameShape(shape.slice(0, first.length), first)

/** The values where the mask is true, and others where it is false. */
function where(
  values: readonly number[],
  mask: ArrayLike<number>,
  otherwise: (i: number) => number,
): number[] {
  const width = values.length / mask.length
  return values.map((value, i) => (mask[Math.floor(i / width)] === 1 ? value : otherwise(i)))
}
