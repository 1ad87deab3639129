/** All checks, in the order in which their findings are worth reading. */
import type { Check } from './check.ts'
import { derived } from './checks/derived.ts'
import { determinism } from './checks/determinism.ts'
import { enginesAgree } from './checks/engines.ts'
import { extremes } from './checks/extremes.ts'
import { finiteDifferences } from './checks/finite-differences.ts'
import { init } from './checks/init.ts'
import { innerProduct } from './checks/inner-product.ts'
import { masks } from './checks/masks.ts'
import { modes } from './checks/modes.ts'
import { options } from './checks/options.ts'
import { otherShapes } from './checks/other-shapes.ts'
import { rows } from './checks/rows.ts'
import { runningState } from './checks/running-state.ts'
import { saveAndLoad } from './checks/save-and-load.ts'
import { shape } from './checks/shape.ts'
import { sizes } from './checks/sizes.ts'
import { untouched } from './checks/untouched.ts'

export const checks: readonly Check[] = [
  shape,
  otherShapes,
  init,
  derived,
  finiteDifferences,
  innerProduct,
  determinism,
  untouched,
  rows,
  runningState,
  modes,
  masks,
  sizes,
  extremes,
  saveAndLoad,
  options,
  enginesAgree,
]
