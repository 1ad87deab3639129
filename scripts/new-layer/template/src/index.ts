/** The made-layer layer. See the README for the first file to open. */
export { madeLayer } from './made-layer.ts'
