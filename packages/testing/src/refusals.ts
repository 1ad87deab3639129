/** What a layer must refuse: one line for each of its error codes. */
import { ChainruleError, type Layer } from '@chainrule/core'
import { type Conformance, type LayerCase, type Refusal, titleOf } from './case.ts'
import { type Finding, messageOf, thrownBy } from './finding.ts'
import { Lab } from './lab.ts'

/** The case that a refusal is: its inputs are those of the first case where it names none. */
function caseOf(
  { arguments: positional, options, inputs }: Refusal,
  { cases }: Conformance,
): LayerCase {
  return {
    ...(positional === undefined ? {} : { arguments: positional }),
    ...(options === undefined ? {} : { options }),
    inputs: inputs ?? cases[0]?.inputs ?? [],
  }
}

/** `refuses dense 0 on [4] with argument-range`. */
export function titleOfRefusal(layer: Layer, refusal: Refusal, conformance: Conformance): string {
  return `refuses ${titleOf(layer.name, caseOf(refusal, conformance))} with ${refusal.code}`
}

/**
 * A finding where the call is taken, or refused with something else.
 *
 * Without it     a code that programs rely on changes, or a message no longer says what came
 */
export function checkRefusal(layer: Layer, refusal: Refusal, conformance: Conformance): Finding[] {
  const lab = new Lab(layer, caseOf(refusal, conformance), conformance)
  const error = thrownBy(() => lab.traced(['forward']))
  const { code, says = '' } = refusal
  const help = 'mend the field or `shape`, or the line of `refuses`'
  if (error === undefined)
    return [lab.finding('options', `it is taken, not refused with \`${code}\``, { help })]
  const came = error instanceof ChainruleError ? `\`${error.code}\`` : 'no code'
  const message = messageOf(error)
  if (error instanceof ChainruleError && error.code === code && message.includes(says)) return []
  const required = says === '' ? `\`${code}\`` : `\`${code}\` and the words "${says}"`
  return [
    lab.finding('options', `it is refused with ${came}, not with ${required}: ${message}`, {
      help,
      cause: error,
    }),
  ]
}
