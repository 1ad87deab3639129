import { accept, recorded } from './api-report.ts'

/* `pnpm api:accept`: takes the public types of the built packages as they are now, where changesets tell of the changes. */
for (const name of recorded) {
  const refusal = accept(name)
  console.log(refusal === undefined ? `packages/${name}/api.md holds` : `${name}: ${refusal}`)
  if (refusal !== undefined) process.exitCode = 1
}
