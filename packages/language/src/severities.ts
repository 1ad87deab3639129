import type { Code, Severity } from './codes.ts'

/**
 * The codes that are no errors. They stand apart from the table of explanations, so that a page that reads texts does not
 * load those; a test holds the two together.
 */
const lesser: Readonly<Partial<Record<Code, Exclude<Severity, 'error'>>>> = {
  'more-problems': 'note',
  'tied-frozen': 'warning',
  'unused-constant': 'warning',
  'unused-name': 'warning',
  'unused-block': 'warning',
  'squeezed-logits': 'warning',
  'softmax-of-one': 'warning',
  'target-unreachable': 'warning',
  'nothing-learns': 'warning',
  'no-activation': 'warning',
  'learning-rate': 'warning',
}

export const severityOf = (code: Code): Severity => lesser[code] ?? 'error'
