/** The built-in initializers. See the README for the first file to open. */
import type { InitializerPlugin } from '@chainrule/core'
import { constant, normal, ones, uniform, zeros } from './fixed.ts'
import {
  glorot,
  glorotNormal,
  glorotUniform,
  he,
  heNormal,
  heUniform,
  lecun,
  lecunNormal,
  lecunUniform,
} from './scaled.ts'

export { constant, normal, ones, uniform, zeros } from './fixed.ts'
export {
  glorot,
  glorotNormal,
  glorotUniform,
  he,
  heNormal,
  heUniform,
  lecun,
  lecunNormal,
  lecunUniform,
} from './scaled.ts'

/** All of them, for registration. */
export const initializers: readonly InitializerPlugin[] = [
  zeros,
  ones,
  constant,
  uniform,
  normal,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  glorot,
  he,
  lecun,
]
