import { join } from 'node:path'
import { boundaryProblems } from './boundaries/check.ts'
import { table } from './boundaries/table.ts'

/* `pnpm --filter @chainrule/workshop boundaries`: no import that the package table forbids, no cycle. */
const problems = await boundaryProblems(join(import.meta.dirname, '..'), table)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
