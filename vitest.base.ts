import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const workshop = (file: string) =>
  fileURLToPath(new URL(`./scripts/vitest/${file}`, import.meta.url))

/**
 * What every package's tests share: sources of the workspace instead of builds, plain Node,
 * warnings that fail, and counts for CI.
 */
const base: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    // Packages are tested side by side (turbo), so each takes half of the machine at most.
    maxWorkers: '50%',
    // Generous: a busy machine must not fail a test that is right.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: [workshop('refuse-warnings.ts')],
    reporters: ['default', workshop('count-reporter.ts')],
  },
})
export default base
