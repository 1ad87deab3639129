/** `chainrule init DATA`: a starting text for a data set. */
import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import {
  describe,
  type ListColumn,
  type TableDescription,
  type TargetDescription,
} from '@chainrule/data'
import { checkWritable, writeWhole } from '../files.ts'
import { type Console, styled } from './console.ts'
import { printWarnings } from './diagnostics.ts'
import { exits } from './errors.ts'
import { loadNamed } from './source.ts'

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
  if (table.kind !== 'table') {
    throw new ChainruleError('data-kind', `${data} holds images`, {
      help: 'write `data idx images="…" labels="…"`, as in examples/mnist.mlp',
    })
  }
  const description = describe(table, options.target)
  printWarnings(console, description.warnings, 'text')
  const target = targetOf(description, data, options.target)
  console.holdInterrupts()
  writeWhole(
    out,
    new TextEncoder().encode(
      startingText(pathFrom(out, data), description, table.lists ?? [], target),
    ),
  )
  console.out(`wrote ${styled(console, 'bold', out)}: it predicts \`${target.column}\`\n`)
  console.out(
    `train it with: chainrule train ${out} --out ${out.replace(/\.mlp$/, '')}.safetensors\n`,
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

/** A network whose width grows with the number of features and shrinks with few rows. */
function startingText(
  data: string,
  { rows, columns }: TableDescription,
  lists: readonly ListColumn[],
  target: TargetDescription,
): string {
  const features = columns.filter(({ name }) => name !== target.column)
  const width = rows < 500 ? 16 : rows < 10_000 ? 32 : 64
  const outputs = Math.max(1, target.task === 'regression' ? 1 : target.classes)
  const chosen = {
    asked: `The target is \`${target.column}\`, as asked.`,
    name: 'The target is guessed by its name.',
    last: 'The target is guessed for it is the last column: change it if it is another.',
  }[target.because]
  const kind = extname(data).startsWith('.json') ? 'json' : 'csv'
  const missing = features
    .filter((column) => column.missing > 0)
    .map(({ name, missing: n }) => `${name} (${n})`)
  const loss = target.task === 'regression' ? 'mse' : 'cross-entropy'
  return [
    `// ${rows} rows of ${basename(data)}. ${chosen}`,
    ...features.map(
      ({ name, type, distinct, identifier }) =>
        `//   ${name}: ${type}${type === 'category' ? `, ${distinct} values` : ''}${identifier ? ' (left out: every row has its own)' : ''}`,
    ),
    ...lists.map(({ name, shape, fault }) =>
      fault === undefined
        ? `//   ${name}: lists of ${shape.join('x')} numbers`
        : `//   ${name}: lists of several shapes (left out)`,
    ),
    ...(missing.length === 0
      ? []
      : [`// Missing values, filled in from the training rows: ${missing.join(', ')}`]),
    `data ${kind} ${JSON.stringify(data)} {`,
    `  target ${word(target.column)}`,
    '  split train=70% validate=15% test=15%',
    '}',
    '',
    `dense ${width} relu -> dense ${width} relu -> dense ${outputs}`,
    '',
    `loss ${loss}`,
    'optimizer adam lr=1e-3',
    `metrics [${target.task === 'regression' ? 'mae, r2' : 'accuracy'}]`,
    '',
  ].join('\n')
}

/** The data file as the text in `out` names it. */
function pathFrom(out: string, data: string): string {
  return relative(dirname(resolve(out)), resolve(data)).replaceAll('\\', '/')
}

/** A column's name as the language writes it. */
function word(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(name) ? name : JSON.stringify(name)
}
