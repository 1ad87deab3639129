/** What other languages and libraries call what is ours: theirs and ours in turn, with hyphens for underscores. */
const pairs =
  'import use def block function block const let var let fc dense conv2d conv maxpool max-pool ' +
  'mean-squared-error mse mean-absolute-error mae bce binary-cross-entropy ce cross-entropy ' +
  'xavier glorot kaiming he learning-rate lr batch-size batch weight-decay decay kernel-size kernel padding pad'

const words = pairs.split(' ')

/** What is ours for a word of others, if there is something. */
export function synonymOf(word: string): string | undefined {
  const at = words.indexOf(word.toLowerCase().replaceAll('_', '-'))
  return at >= 0 && at % 2 === 0 ? words[at + 1] : undefined
}
