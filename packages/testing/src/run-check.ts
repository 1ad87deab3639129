/** Which checks a case has, and what one of them finds. */
import type { Check } from './check.ts'
import { Blocked, type Finding } from './finding.ts'
import type { Lab } from './lab.ts'

/** The checks that there is something to look at for in a case. */
export function checksOf(lab: Lab, checks: readonly Check[]): Check[] {
  return checks.filter(
    (check) =>
      lab.wants(check.name) &&
      lab.tested.except?.[check.name] === undefined &&
      appliesTo(check, lab),
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
