/** SwiGLU for Chainrule: `use "chainrule-plugin-swiglu"`, then `swiglu 128`. */
export { swiglu } from './swiglu.ts'
