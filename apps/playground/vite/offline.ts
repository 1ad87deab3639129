/** Writes the service worker with the files that it keeps. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const source = new URL('./service-worker.js', import.meta.url)

/** Those that equations of the page can ask for, in the form that every browser with service workers reads. */
const fontOfEquations = /KaTeX_(AMS|Main|Math|Size\d)-.*\.woff2$/

/** Code, styles and fonts of equations; data are kept when they are first asked for. */
const isKept = (name: string): boolean => /\.(js|css)$/.test(name) || fontOfEquations.test(name)

export function offline(): Plugin {
  return {
    name: 'chainrule:offline',
    apply: 'build',
    generateBundle: {
      // After the page's own files and those of its workers are there.
      order: 'post',
      handler(_, bundle) {
        const files = Object.keys(bundle).filter(isKept).sort()
        const version = createHash('sha256')
        for (const name of Object.keys(bundle).sort()) {
          const file = bundle[name]
          version.update(name).update(file?.type === 'asset' ? file.source : (file?.code ?? ''))
        }
        const text = readFileSync(source, 'utf8')
          .replace('__VERSION__', `chainrule ${version.digest('hex').slice(0, 12)}`)
          .replace("'__FILES__'", files.map((name) => JSON.stringify(`./${name}`)).join(', '))
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: text })
      },
    },
  }
}
