/** Layers that make one tensor of several. See the README for the first file to open. */
import { add, average, concat, identity, max, multiply } from './merge.ts'

export { add, average, concat, identity, max, multiply } from './merge.ts'

/** All of them, for a registry. */
export const mergeLayers = [add, average, multiply, max, concat, identity] as const
