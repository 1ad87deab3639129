/** What other languages and libraries call what is ours, by what they call it; hyphens for underscores and spaces. */
export const synonyms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ import: 'use', include: 'use', require: 'use', from: 'use' },
    ...{ def: 'block', function: 'block', func: 'block', fn: 'block', module: 'block' },
    ...{ const: 'let', var: 'let', val: 'let', network: 'model', net: 'model' },
    ...{ dataset: 'data', label: 'target', criterion: 'loss' },
    ...{ fit: 'train', training: 'train', 'early-stopping': 'stop', initializer: 'init' },
    ...{ linear: 'dense', fc: 'dense', 'fully-connected': 'dense', conv1d: 'conv', conv2d: 'conv' },
    ...{
      maxpool: 'max-pool',
      maxpool2d: 'max-pool',
      avgpool: 'average-pool',
      'avg-pool': 'average-pool',
    },
    ...{ 'layer-norm': 'norm', layernorm: 'norm', batchnorm: 'batch-norm', embedding: 'embed' },
    ...{ 'mean-squared-error': 'mse', 'mean-absolute-error': 'mae', l1: 'mae', l2: 'mse' },
    ...{ bce: 'binary-cross-entropy', ce: 'cross-entropy', nll: 'cross-entropy' },
    ...{
      'categorical-crossentropy': 'cross-entropy',
      'binary-crossentropy': 'binary-cross-entropy',
    },
    ...{ kld: 'kl-divergence', 'smooth-l1': 'huber', swish: 'silu', 'leaky-re-lu': 'leaky-relu' },
    ...{ xavier: 'glorot', 'xavier-uniform': 'glorot-uniform', 'xavier-normal': 'glorot-normal' },
    ...{ kaiming: 'he', 'kaiming-uniform': 'he-uniform', 'kaiming-normal': 'he-normal' },
    ...{ 'learning-rate': 'lr', 'batch-size': 'batch', 'weight-decay': 'decay', eps: 'epsilon' },
    ...{
      'kernel-size': 'kernel',
      padding: 'pad',
      strides: 'stride',
      'return-sequences': 'sequences',
    },
    ...{ 'num-heads': 'heads', 'hidden-size': 'units', 'use-bias': 'bias', 'num-epochs': 'epochs' },
    ...{ int: 'integer', float: 'number', string: 'category', str: 'category', bool: 'boolean' },
    ...{ 'mean-absolute': 'mae', acc: 'accuracy', 'r-squared': 'r2', 'roc-auc': 'auc' },
  }),
)

/** What is ours for a word of others, if there is something. */
export const synonymOf = (word: string): string | undefined =>
  synonyms.get(word.toLowerCase().replaceAll(/[_\s]/g, '-'))
