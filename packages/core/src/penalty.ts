/** Penalties: what is added to the loss for large parameters. */
import type { ParameterRole } from './layer.ts'

/** Some parameters of a graph: a kind, all that layers call by a name, those of an instance, or a single one. */
export type ParameterSelector =
  | { readonly role: ParameterRole }
  | { readonly parameter: string }
  | { readonly instance: string; readonly parameter?: string }

/**
 * λ Σ|w| or λ Σw² over parameters that training changes.
 *
 * Gradient   λ sign(w), or 2 λ w
 */
export interface Penalty {
  readonly kind: 'l1' | 'l2'
  /** λ. */
  readonly factor: number
  /** Those that it reaches; all where left out. */
  readonly on?: readonly ParameterSelector[]
  /** Those of them that it leaves alone. */
  readonly except?: readonly ParameterSelector[]
}

/** A parameter as a selector sees it. */
export interface Selectable {
  readonly instance: string
  readonly parameter: string
  readonly role: ParameterRole
}

export function selects(selector: ParameterSelector, found: Selectable): boolean {
  if ('role' in selector) return selector.role === found.role
  if ('instance' in selector && selector.instance !== found.instance) return false
  return selector.parameter === undefined || selector.parameter === found.parameter
}

/** Whether a penalty is on a parameter. */
export function reaches({ on, except = [] }: Penalty, found: Selectable): boolean {
  const isMeant = on === undefined || on.some((selector) => selects(selector, found))
  return isMeant && !except.some((selector) => selects(selector, found))
}
