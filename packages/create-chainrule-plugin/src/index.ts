/** What `npm create chainrule-plugin` does, for those who would do it by a program. */
export { type Choices, create, kinds, type PluginKind } from './create.ts'
