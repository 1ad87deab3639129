import { integer } from '@chainrule/core'
import type { Directive } from '../ast.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { readArguments } from './plugins.ts'

const largest = 0xffff_ffff
export const seedSubject = {
  name: 'seed',
  arguments: { number: integer({ from: 0, to: largest }) },
  options: {},
}

/** The seed where none is written: the same text trains to the same weights. */
export const defaultSeed = 42

/** `seed 42` */
export function readSeed(node: Directive, context: Context): number | undefined {
  if (node.damaged) return undefined
  const { config } = readArguments(seedSubject, given(node.arguments), node.name.span, context)
  return config === undefined ? undefined : (config['number'] as number)
}
