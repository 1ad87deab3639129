/** The contract of executables, and what is particular to one linear memory. */
import { executableContract } from '@chainrule/program/testing/executable-contract'
import { describe } from 'vitest'
import { wasmEngine } from '../src/index.ts'

describe.each(['fast', 'portable'] as const)('%s numerics', (numerics) => {
  executableContract(wasmEngine({ numerics }))
})
