import { B, ChainruleError, formatShape } from '@chainrule/core'
import { asInput, type CaseInput, type LayerCase } from '../case.ts'
import type { Check } from '../check.ts'
import { type Finding, messageOf, thrownBy } from '../finding.ts'
import type { Lab } from '../lab.ts'

/**
 * Inputs of other sizes and of other ranks are taken, or refused by `shape` with a code.
 *
 * Without it     a text with a shape that does not fit fails in the middle of tracing, with a message of a primitive, or
 *                is repeated to fit and trains on nonsense
 * Found          each axis in turn made 0, 1 and one more; an axis left out, and one added
 */
export const otherShapes: Check = {
  name: 'other-shapes',
  title: 'other shapes are taken, or refused by `shape` with a code',
  run: (lab) => variants(lab.tested).flatMap((inputs) => tryShapes(lab, inputs)),
}

type Inputs = LayerCase['inputs']

/** The case's inputs with one of them changed. */
function variants({ inputs }: LayerCase): Inputs[] {
  return inputs.flatMap((input, i) => {
    if (input === undefined) return []
    return sizesAround(asInput(input).shape).map((shape) =>
      inputs.map((other, j): CaseInput | readonly number[] | undefined =>
        i === j ? { ...asInput(input), shape } : other,
      ),
    )
  })
}

/** The sizes with one of them changed, with one less and with one more. */
export function sizesAround(shape: readonly number[]): (readonly number[])[] {
  const changed = shape.flatMap((size, axis) =>
    [0, 1, size + 1]
      .filter((other) => other !== size)
      .map((other) => shape.map((s, i) => (i === axis ? other : s))),
  )
  return [...changed, ...(shape.length > 0 ? [shape.slice(1)] : []), [...shape, 2]]
}

function tryShapes(lab: Lab, inputs: Inputs): Finding[] {
  const variant = lab.variant({ inputs })
  const shapes = inputs.map((input) =>
    input === undefined ? 'nothing' : formatShape([B, ...asInput(input).shape]),
  )
  const on = shapes.join(' and ')
  const wrong = (problem: string, cause: unknown): Finding =>
    lab.finding('other-shapes', `${problem}: ${messageOf(cause)}`, {
      help: 'throw `shapeMismatch(what is needed and what came, the repair)` in `shape`',
      cause,
    })
  const refused = thrownBy(() => variant.shaped)
  if (refused instanceof ChainruleError) return []
  if (refused !== undefined) return [wrong(`\`shape\` throws without a code on ${on}`, refused)]
  const failed = thrownBy(() => variant.traced(['forward', 'gradient']))
  return failed === undefined ? [] : [wrong(`\`shape\` takes ${on}, and then`, failed)]
}
