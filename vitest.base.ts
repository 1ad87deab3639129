import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** What every package's tests share: sources of the workspace instead of builds, plain Node. */
const base: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  resolve: { conditions: ['source'] },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
})
export default base
