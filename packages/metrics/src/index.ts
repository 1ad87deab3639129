/** The built-in metrics. See the README for the first file to open. */
import type { MetricPlugin } from '@chainrule/core'
import { accuracy } from './accuracy.ts'
import { mae, r2, rmse } from './regression.ts'

export { accuracy } from './accuracy.ts'
export { mae, r2, rmse } from './regression.ts'

/** All of them, for registration. */
export const metrics: readonly MetricPlugin[] = [accuracy, mae, rmse, r2]
