/** Attention over sequences. See the README for the first file to open. */
export { attention } from './attention.ts'
