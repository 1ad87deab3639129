import { mergeConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

export default mergeConfig(base, {
  test: {
    globalSetup: ['test/support/global-site.ts'],
    // These wait for pages more than they compute.
    maxWorkers: 2,
  },
})
