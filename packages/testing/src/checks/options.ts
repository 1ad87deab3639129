import { ChainruleError, type Field, type RawValue, rawText, seedState } from '@chainrule/core'
import { sizeAt } from '@chainrule/program'
import type { Check } from '../check.ts'
import { notFinite } from '../compare.ts'
import { causeOf, type Finding, messageOf, thrownBy } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { apart } from './derived.ts'

/** More elements than this are not computed: an option may be a size. */
const mostElements = 300_000

/**
 * Every value of an option is refused with a code, or taken and works: what it gives is finite, and `backward` its gradient.
 *
 * Without it     `rate=1` divides by 0, and a person sees NaN instead of the line and what is allowed
 * Found          each argument and option in turn: words, wrong kinds, numbers round 0 and 1 and at the ends of its range
 */
export const options: Check = {
  name: 'options',
  title: 'a value of an option is refused with a code, or works',
  applies: (lab) => lab.isFirst,
  run: async (lab) => {
    const { arguments: first, options: named } = lab.layer
    const findings: Finding[] = []
    // One that is wrong as it is would be found again with every value.
    const isRight = lab.layer.backward !== undefined && (await apart(lab, lab.feed())).length === 0
    for (const [name, field] of Object.entries({ ...first, ...named })) {
      for (const value of probes(field))
        findings.push(...(await tryValue(lab, name, value, isRight)))
    }
    return findings
  },
}

/** Values round what the field's schema says, and of every other kind. */
export function probes({ schema }: Field<unknown>): RawValue[] {
  const { enum: words = [], minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const ends = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter(
    (end): end is number => typeof end === 'number' && Math.abs(end) < 1000,
  )
  const numbers = [...ends, ...ends.map((end) => end - 1), -1, 0, 0.5, 1, 2, 3, 100, Number.NaN]
  const lists = [[], [0], [1, 2], ['no-such-word']]
  const all = [...numbers, ...(words as RawValue[]), true, false, 'no-such-word', ...lists]
  return [...new Set(all)]
}

async function tryValue(
  lab: Lab,
  name: string,
  value: RawValue,
  isRight: boolean,
): Promise<Finding[]> {
  const order = Object.keys(lab.layer.arguments)
  const given = (lab.tested.arguments ?? []).map((raw, i) => [order[i] ?? '', raw] as const)
  const variant = lab.variant({
    arguments: [],
    options: { ...Object.fromEntries(given), ...lab.tested.options, [name]: value },
  })
  const call = `\`${name}=${rawText(value)}\``
  const refused = thrownBy(() => variant.shaped)
  if (refused instanceof ChainruleError) return []
  if (refused !== undefined) {
    return [
      lab.finding('options', `${call} is refused without a code: ${messageOf(refused)}`, {
        help: 'a field says what it takes (`number({ from, below })`, `word([…])`), and `shape` throws `shapeMismatch`',
        cause: refused,
      }),
    ]
  }
  try {
    const found = [
      ...(await notFiniteWith(variant, call)),
      ...(isRight ? await wrongWith(variant, call) : []),
    ]
    return found.map((finding) => ({ ...finding, case: lab.title }))
  } catch (error) {
    const cause = causeOf(error)
    return [
      lab.finding('options', `${call} is taken, and then: ${messageOf(cause)}`, {
        help: 'give the field its range, or refuse in `shape` what does not fit the input',
        cause,
      }),
    ]
  } finally {
    await variant.dispose()
  }
}

/** A `backward` that leaves an option out is right for its default alone. */
async function wrongWith(variant: Lab, call: string): Promise<Finding[]> {
  if (isLarge(variant)) return []
  const [first] = await apart(variant, variant.feed())
  if (first === undefined) return []
  return [{ ...first, check: 'options', problem: `${call} is taken, and ${first.problem}` }]
}

function isLarge(variant: Lab): boolean {
  const { entries } = variant.traced(['forward', 'evaluate'])
  const instructions = Object.values(entries).flatMap((entry) => entry.instructions)
  const elements = instructions.reduce((sum, { type }) => sum + sizeAt(type.shape, variant.rows), 0)
  return elements > mostElements
}

async function notFiniteWith(variant: Lab, call: string): Promise<Finding[]> {
  if (isLarge(variant)) return []
  const findings: Finding[] = []
  for (const entry of ['init', 'evaluate', 'train', 'gradient'] as const) {
    if (!variant.has(entry)) continue
    const feed = entry === 'init' ? { [seedState]: [variant.seed] } : variant.feed()
    const results = await variant.run(entry, feed, { precision: 'f32' })
    findings.push(
      ...notFinite(variant, 'options', results, {
        problem: `${call} is taken, and \`${entry}\` is not finite`,
        dtype: 'f32',
        help: 'give the field its range: `number({ from, to, above, below })`, `rate()`, `positiveInteger()`',
      }),
    )
  }
  return findings.slice(0, 1)
}
