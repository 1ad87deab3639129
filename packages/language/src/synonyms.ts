/** What other languages and libraries call what is ours; with hyphens for underscores. */
const ours: Readonly<Record<string, string>> = {
  import: 'use',
  def: 'block',
  function: 'block',
  const: 'let',
  var: 'let',
  fc: 'dense',
  conv2d: 'conv',
  maxpool: 'max-pool',
  'mean-squared-error': 'mse',
  'mean-absolute-error': 'mae',
  bce: 'binary-cross-entropy',
  ce: 'cross-entropy',
  xavier: 'glorot',
  kaiming: 'he',
  'learning-rate': 'lr',
  'batch-size': 'batch',
  'weight-decay': 'decay',
  'kernel-size': 'kernel',
  padding: 'pad',
}

/** What is ours for a word of others, if there is something. */
export function synonymOf(word: string): string | undefined {
  const theirs = word.toLowerCase().replaceAll('_', '-')
  return Object.hasOwn(ours, theirs) ? ours[theirs] : undefined
}
