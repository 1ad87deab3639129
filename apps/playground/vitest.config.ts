import { mergeConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

export default mergeConfig(base, {
  test: {
    globalSetup: ['test/support/global-site.ts'],
    // These wait for pages more than they compute.
    maxWorkers: 2,
    // On a machine with ten times the work it has processors for, one of these in a hundred waited for a page in vain. What is
    // wrong fails twice.
    retry: 1,
  },
})
