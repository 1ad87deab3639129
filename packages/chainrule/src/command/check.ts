/** `chainrule check FILE…`: everything that is wrong with texts, before anything is trained. */
import { type ParseResult, parse } from '@chainrule/language'
import { builtInRegistry } from '../batteries.ts'
import { checkModels } from '../check-models.ts'
import type { Opened } from '../open.ts'
import { type Console, styled } from './console.ts'
import { tellMistake } from './errors.ts'
import { exits } from './exits.ts'
import { acceptable, openText, readText, type SourceOptions, unreadable } from './source.ts'

export interface CheckOptions extends SourceOptions {
  readonly format: string
  readonly fix?: boolean
}

/** Looks at every file, whatever is wrong with those before; ends with 1 if anything is with any of them. */
export async function check(
  console: Console,
  paths: readonly string[],
  options: CheckOptions,
): Promise<number> {
  let code: number = exits.success
  for (const path of paths) {
    try {
      const found = await checkOne(console, path, options)
      if (found !== exits.success) code = found
    } catch (error) {
      code = tellMistake(console, error, options.format)
    }
  }
  return code
}

async function checkOne(console: Console, path: string, options: CheckOptions): Promise<number> {
  const registry = builtInRegistry()
  const look = (parsed: ParseResult): Promise<Opened> =>
    checkModels(options.model, (model) => {
      const chosen = model === undefined ? options : { ...options, model }
      return openText(parsed, registry, chosen, { requireModel: false })
    })
  const parsed = readText(path)
  let opened = unreadable(parsed) ?? (await look(parsed))
  if (options.fix === true) {
    const { fix } = await import('./fix.ts')
    opened = await fix(console, opened, options.format, (text) => look(parse(text, { file: path })))
  }
  if (!acceptable(console, opened, options.format)) return exits.mistake
  if (options.format === 'json')
    console.out(`${JSON.stringify({ type: 'checked', file: path, ok: true })}\n`)
  else console.out(`${styled(console, 'green', 'ok')} ${path}\n`)
  return exits.success
}
