import { defaultClientConditions, defineConfig } from 'vite'
import { bundledData } from './vite/bundled-data.ts'
import { offline } from './vite/offline.ts'

/** With these a page may use threads; a host that does not send them has one thread. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** What every visit loads and something else shares, in one file instead of twenty: what is alike is packed once. */
const shared = {
  name: 'shared',
  minShareCount: 2,
  test: /packages\/(activations|core|engine-wasm|initializers|losses|metrics|optimizers|program)\/src/,
}

export default defineConfig({
  plugins: [bundledData(), offline()],
  base: './', // a static site in any folder
  resolve: { conditions: ['source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: {
    format: 'es',
    rolldownOptions: { output: { codeSplitting: { groups: [shared] } } },
  },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: { target: 'es2023', modulePreload: { polyfill: false } },
})
