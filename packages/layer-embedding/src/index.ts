/** Layers for indices and places. See the README for the first file to open. */
import { embed } from './embed.ts'
import { positional } from './positional.ts'

export { embed } from './embed.ts'
export { positional } from './positional.ts'

/** All of them, for a registry. */
export const embeddingLayers = [embed, positional] as const
