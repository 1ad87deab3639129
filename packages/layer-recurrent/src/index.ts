/** Recurrent layers. See the README for the first file to open. */
import { gru } from './gru.ts'
import { rnn } from './rnn.ts'

export { gru } from './gru.ts'
export { rnn } from './rnn.ts'

/** All of them, for a registry. */
export const recurrentLayers = [rnn, gru] as const
