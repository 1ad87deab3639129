/** The default engine of Chainrule: WebAssembly made for the shapes of a program. */
export { hasRelaxedSimd, hasSimd } from './features.ts'
