import { defineConfig } from 'tsup'

/** What every package's build shares: one ESM entry, type declarations, source maps. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'es2023',
  platform: 'neutral',
  dts: true,
  clean: true,
  sourcemap: true,
  silent: true,
})
