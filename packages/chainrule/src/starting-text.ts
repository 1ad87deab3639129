/** A text to begin with for a table: what is in it, and a network for its target. */
import type { ListColumn, TableDescription, TargetDescription } from '@chainrule/data'
import { type FileKind, nameText, printable } from '@chainrule/language'

/** What a table is read as; a `tsv` is a `csv` whose cells are separated by tabs. */
export type TableKind = Exclude<FileKind, 'text'>

/** A table's file, as the text names it. */
export interface TableFile {
  readonly path: string
  readonly kind: TableKind
}

/** A network whose width grows with the number of features and shrinks with few rows. */
export function startingText(
  { path, kind }: TableFile,
  { rows, columns }: TableDescription,
  lists: readonly ListColumn[],
  target: TargetDescription,
): string {
  const features = columns.filter(({ name }) => name !== target.column)
  const width = rows < 500 ? 16 : rows < 10_000 ? 32 : 64
  const outputs = Math.max(1, target.task === 'regression' ? 1 : target.classes)
  const chosen = {
    asked: `The target is \`${printable(target.column)}\`, as asked.`,
    name: 'The target is guessed by its name.',
    last: 'The target is guessed for it is the last column: change it if it is another.',
  }[target.because]
  const file = JSON.stringify(path)
  const source = kind === 'tsv' ? `csv ${file} delimiter="\\t"` : `${kind} ${file}`
  const missing = features
    .filter((column) => column.missing > 0)
    .map(({ name, missing: n }) => `${printable(name)} (${n})`)
  const loss = target.task === 'regression' ? 'mse' : 'cross-entropy'
  return [
    `// ${rows.toLocaleString('en-US')} rows of ${printable(path.replace(/^.*\//, ''))}. ${chosen}`,
    ...features.map(
      ({ name, type, distinct, identifier }) =>
        `//   ${printable(name)}: ${type}${type === 'category' ? `, ${distinct} values` : ''}${identifier ? ' (left out: more than half are different)' : ''}`,
    ),
    ...lists.map(({ name, shape, fault }) =>
      fault === undefined
        ? `//   ${printable(name)}: lists of ${shape.join('x')} numbers`
        : `//   ${printable(name)}: lists of several shapes (left out)`,
    ),
    ...(missing.length === 0
      ? []
      : [`// Missing values, filled in from the training rows: ${missing.join(', ')}`]),
    `data ${source} {`,
    `  target ${nameText(target.column)}`,
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
