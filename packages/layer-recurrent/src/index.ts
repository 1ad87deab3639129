/** Recurrent layers. See the README for the first file to open. */
import { gru } from './gru.ts'
import { lstm } from './lstm.ts'
import { rnn } from './rnn.ts'

export { gru } from './gru.ts'
export { lstm } from './lstm.ts'
export { rnn } from './rnn.ts'

/** All of them, for a registry. */
export const recurrentLayers = [rnn, gru, lstm] as const
