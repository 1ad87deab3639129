import { defaultClientConditions, defineConfig } from 'vite'
import { bundledData } from './vite/bundled-data.ts'
import { offline } from './vite/offline.ts'

/** With these a page may use threads; a host that does not send them has one thread. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig({
  plugins: [bundledData(), offline()],
  base: './', // a static site in any folder
  resolve: { conditions: ['source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: { target: 'es2023', modulePreload: { polyfill: false } },
})
