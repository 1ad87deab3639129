/** `chainrule init DATA`: a starting text for a data set. */
import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import { describe, type TableDescription, type TargetDescription } from '@chainrule/data'
import { printable } from '@chainrule/language'
import { checkWritable, writeWhole } from '../files.ts'
import { startingText } from '../starting-text.ts'
import { type Console, styled } from './console.ts'
import { printWarnings } from './diagnostics.ts'
import { exits } from './exits.ts'
import { loadNamed, tableKind } from './source.ts'

export interface InitOptions {
  readonly out?: string
  readonly target?: string
}

export async function init(console: Console, data: string, options: InitOptions): Promise<number> {
  const out = options.out ?? join(dirname(data), `${basename(data).replace(/\.[^.]*$/, '')}.mlp`)
  if (existsSync(out)) {
    throw new ChainruleError('output-exists', `${out} is there already`, {
      help: 'give another name with `--out`',
    })
  }
  checkWritable(out)
  const table = await loadNamed(data)
  const kind = tableKind(data)
  if (table.kind !== 'table' || kind === undefined) {
    throw new ChainruleError('data-kind', `${data} holds images`, {
      help: 'write `data idx images="…" labels="…"`, as in examples/mnist.mlp',
    })
  }
  const description = describe(table, options.target)
  printWarnings(console, description.warnings, 'text')
  const target = targetOf(description, data, options.target)
  const path = pathFrom(out, data)
  const text = startingText({ path, kind }, description, table.lists ?? [], target)
  console.holdInterrupts()
  writeWhole(out, new TextEncoder().encode(text))
  console.out(
    `wrote ${styled(console, 'bold', out)}: it predicts \`${printable(target.column)}\`\n`,
  )
  const allowed = isOutside(path) ? ` --allow-path ${dirname(data)}` : ''
  if (allowed !== '')
    console.out(`its data lie outside its folder: what reads them needs \`${allowed.trim()}\`\n`)
  console.out(
    `train it with: chainrule train ${out}${allowed} --out ${out.replace(/\.mlp$/, '')}.safetensors\n`,
  )
  return exits.success
}

function targetOf(
  { columns, target }: TableDescription,
  data: string,
  asked: string | undefined,
): TargetDescription {
  if (target !== undefined) return target
  if (asked === undefined) {
    throw new ChainruleError(
      'target-none',
      `no column of ${data} has two different values to predict`,
      { help: 'give `--target COLUMN`' },
    )
  }
  throw new ChainruleError('column-not-found', `${data} has no column \`${asked}\``, {
    help: `it has ${columns.map(({ name }) => `\`${name}\``).join(', ')}`,
  })
}

/** Whether a text may read what it names so only where the person allows it. */
const isOutside = (path: string): boolean => path.startsWith('../') || isAbsolute(path)

/** The data file as the text in `out` names it. */
function pathFrom(out: string, data: string): string {
  return relative(dirname(resolve(out)), resolve(data)).replaceAll('\\', '/')
}
