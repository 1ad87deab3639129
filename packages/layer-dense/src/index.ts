/** The dense layer. See the README for the first file to open. */
export { dense } from './dense.ts'
