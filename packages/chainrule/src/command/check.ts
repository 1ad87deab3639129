/** `chainrule check FILE`: everything that is wrong with a text, before anything is trained. */
import { parse } from '@chainrule/language'
import { builtInRegistry } from '../batteries.ts'
import { trainingUse } from '../memory.ts'
import type { Console } from './console.ts'
import { styled } from './console.ts'
import { exits } from './errors.ts'
import { acceptable, openFile, openText, type SourceOptions } from './source.ts'
import { withinMemory } from './within-memory.ts'

export interface CheckOptions extends SourceOptions {
  readonly format: string
  readonly fix?: boolean
}

export async function check(
  console: Console,
  path: string,
  options: CheckOptions,
): Promise<number> {
  const registry = builtInRegistry()
  let opened = withinMemory(await openFile(path, registry, options), trainingUse)
  if (options.fix === true) {
    const { fix } = await import('./fix.ts')
    opened = await fix(console, opened, options.format, async (text) =>
      withinMemory(await openText(parse(text, { file: path }), registry, options), trainingUse),
    )
  }
  if (!acceptable(console, opened, options.format)) return exits.mistake
  if (options.format === 'json')
    console.out(`${JSON.stringify({ type: 'checked', file: path, ok: true })}\n`)
  else console.out(`${styled(console, 'green', 'ok')} ${path}\n`)
  return exits.success
}
