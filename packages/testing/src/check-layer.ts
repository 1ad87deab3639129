/** Runs every check on every case of a layer. */
import type { Layer } from '@chainrule/core'
import type { Conformance } from './case.ts'
import type { Check } from './check.ts'
import { checks } from './checks.ts'
import { Blocked, type Finding } from './finding.ts'
import { Lab } from './lab.ts'
import { checkRefusal } from './refusals.ts'

/**
 * Everything that a layer must hold to, on every case.
 *
 * A case that cannot be traced gives one finding; checks that a case names in `except` are left out.
 */
export async function checkLayer(layer: Layer, conformance: Conformance): Promise<Finding[]> {
  const findings = new Set<Finding>()
  for (const tested of conformance.cases) {
    const lab = new Lab(layer, tested, conformance)
    for (const check of checksOf(lab)) {
      for (const finding of await runCheck(check, lab)) findings.add(finding)
    }
    await lab.dispose()
  }
  const refused = conformance.refuses ?? []
  return [...findings, ...refused.flatMap((each) => checkRefusal(layer, each, conformance))]
}

/** The checks that there is something to look at for in a case. */
export function checksOf(lab: Lab): Check[] {
  return checks.filter(
    (check) => lab.tested.except?.[check.name] === undefined && appliesTo(check, lab),
  )
}

/** Where the case cannot even be set up, each check is to say so. */
function appliesTo(check: Check, lab: Lab): boolean {
  try {
    return check.applies?.(lab) ?? true
  } catch (error) {
    if (error instanceof Blocked) return true
    throw error
  }
}

/** What one check finds; where the case cannot be traced or run, what is wrong with it. */
export async function runCheck(check: Check, lab: Lab): Promise<readonly Finding[]> {
  try {
    void lab.program
    return await check.run(lab)
  } catch (error) {
    return [lab.blockedBy(check.name, error).finding]
  }
}
