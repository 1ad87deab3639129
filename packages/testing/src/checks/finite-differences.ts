import { shapeAt } from '@chainrule/program'
import type { Check } from '../check.ts'
import { elementAt, inner } from '../compare.ts'
import type { Finding } from '../finding.ts'
import type { Lab } from '../lab.ts'
import { cotangentName, directionName, type Operand } from '../program-of-case.ts'
import { elementsOf, type Feed } from '../run.ts'

/** Half of the distance between the two places of a difference. */
const step = 1e-5

/**
 * The gradient is the slope of forward.
 *
 * Without it     a gradient that is wrong the same way by hand and by rule stays: a stopped gradient, a step function
 * Found          along one direction for each operand: ⟨∂L/∂x, v⟩ = (L(x + εv) − L(x − εv)) / 2ε in float64, where
 *                L = Σ ⟨cotangent, output⟩. Where that fails, each element is looked at to name the worst. Of a layer with
 *                running values also in evaluation, through which gradients flow where it is frozen.
 */
export const finiteDifferences: Check = {
  name: 'finite-differences',
  title: 'the gradient is the slope of forward',
  run: async (lab) => {
    const findings: Finding[] = []
    for (const mode of modes)
      if (lab.has(mode.gradient)) findings.push(...(await inMode(lab, mode)))
    return findings
  },
}

/** A gradient, and what it is the slope of. */
interface Mode {
  readonly gradient: 'gradient' | 'frozen'
  readonly forward: 'forward' | 'evaluate'
}

const modes: readonly Mode[] = [
  { gradient: 'gradient', forward: 'forward' },
  { gradient: 'frozen', forward: 'evaluate' },
]

async function inMode(lab: Lab, mode: Mode): Promise<Finding[]> {
  const feed = lab.feed()
  const results = await lab.run(mode.gradient, feed)
  const findings: Finding[] = []
  for (const operand of lab.operands) {
    const gradient = elementsOf(results, operand.source)
    const direction = feed[directionName(operand.source)] ?? []
    const claimed = inner(gradient, direction)
    const measured = await slope(lab, feed, { operand, mode }, direction)
    if (agree(lab, claimed.sum, measured.slope, claimed.size + measured.rounding)) continue
    findings.push(await worstElement(lab, feed, { operand, mode }, gradient))
  }
  return findings
}

interface Measuring {
  readonly operand: Operand
  readonly mode: Mode
}

const agree = (lab: Lab, claimed: number, measured: number, size: number): boolean =>
  Math.abs(claimed - measured) <= allowedOf(lab, size)

function allowedOf(lab: Lab, size: number): number {
  const { absolute, relative } = lab.tolerance('finiteDifference')
  return absolute + relative * size
}

/** The slope of L along a direction, and what the rounding of L itself may amount to. */
async function slope(
  lab: Lab,
  feed: Feed,
  { operand: { source }, mode }: Measuring,
  direction: ArrayLike<number>,
): Promise<{ slope: number; rounding: number }> {
  const at = async (distance: number): Promise<{ sum: number; size: number }> => {
    const from = Array.from(feed[source] ?? [])
    const moved = from.map((x, i) => x + distance * (direction[i] ?? 0))
    const results = await lab.run(mode.forward, { ...feed, [source]: moved })
    const terms = Object.keys(lab.outputShapes).map((output) =>
      inner(elementsOf(results, output), feed[cotangentName(output)] ?? []),
    )
    return {
      sum: terms.reduce((all, { sum }) => all + sum, 0),
      size: terms.reduce((all, { size }) => all + size, 0),
    }
  }
  const [above, below] = [await at(step), await at(-step)]
  return { slope: (above.sum - below.sum) / (2 * step), rounding: above.size }
}

/** Looks at every element alone. */
async function worstElement(
  lab: Lab,
  feed: Feed,
  { operand, mode }: Measuring,
  gradient: ArrayLike<number>,
): Promise<Finding> {
  const shape = shapeAt(operand.shape, lab.rows)
  let worst = { index: 0, found: 0, expected: 0, apart: -1, allowed: 0 }
  for (let index = 0; index < gradient.length; index++) {
    const direction = Array.from(gradient, (_, i) => (i === index ? 1 : 0))
    const { slope: expected, rounding } = await slope(lab, feed, { operand, mode }, direction)
    const found = gradient[index] ?? Number.NaN
    const apart = Number.isFinite(found - expected)
      ? Math.abs(found - expected)
      : Number.POSITIVE_INFINITY
    const allowed = allowedOf(lab, Math.abs(found) + rounding)
    if (apart > worst.apart) worst = { index, found, expected, apart, allowed }
  }
  const { index, found, expected, allowed } = worst
  const isFrozen = mode.gradient === 'frozen'
  const where = isFrozen ? ' in evaluation' : ''
  return lab.finding('finite-differences', `the gradient is not the slope of forward${where}`, {
    quantity: operand.label,
    element: elementAt(shape, index),
    found,
    expected,
    allowed,
    dtype: 'f64',
    rows: lab.rows,
    help: helpOf(lab, isFrozen),
  })
}

function helpOf({ layer }: Lab, isFrozen: boolean): string {
  if (isFrozen)
    return 'a frozen layer computes with its running values, and gradients flow through it: look at `training` in `backward`'
  return layer.backward
    ? '`found` is what `backward` returns, `expected` a central difference of `forward`; at a kink or pole, give the input a `domain` away from it'
    : 'the gradient is derived: `forward` has a step (`floor`, `sign`, a comparison, a cast) or a kink just here; give the input a `domain` away from it, or write `backward`'
}
