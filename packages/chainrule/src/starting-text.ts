/** A text to begin with for a table: what is in it, and a network for its target. */
import type { ListColumn, TableDescription, TargetDescription } from '@chainrule/data'

/** A network whose width grows with the number of features and shrinks with few rows. */
export function startingText(
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
  const kind = isJsonName(data) ? 'json' : 'csv'
  const missing = features
    .filter((column) => column.missing > 0)
    .map(({ name, missing: n }) => `${name} (${n})`)
  const loss = target.task === 'regression' ? 'mse' : 'cross-entropy'
  return [
    `// ${rows} rows of ${data.replace(/^.*\//, '')}. ${chosen}`,
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

/** Whether a file of that name holds JSON: a list, or a record a line. */
export const isJsonName = (name: string): boolean => /\.(json|jsonl|ndjson)(\.gz)?$/i.test(name)

/** A column's name as the language writes it. */
function word(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(name) ? name : JSON.stringify(name)
}
