import { describe, expect, it } from 'vitest'
import { bundledIn, unnamedIn } from '../bundled.ts'

const code = `// src/index.ts
var own = 1
// ../../node_modules/.pnpm/chevrotain@13.2.0/node_modules/chevrotain/lib/src/api.js
var a = 1
// ../../node_modules/.pnpm/chevrotain@13.2.0/node_modules/chevrotain/lib/src/version.js
var b = 1
// ../../node_modules/.pnpm/@chevrotain+gast@13.2.0/node_modules/@chevrotain/gast/lib/src/api.js
var c = 1
// ../../node_modules/.pnpm/valibot@1.5.0_@typescript+typescript6@6.0.2/node_modules/valibot/dist/index.mjs
var d = 1
`

describe('code of others in what we publish', () => {
  it('is found by the comments of the bundler, each package once', () => {
    expect(bundledIn(code)).toEqual([
      '@chevrotain/gast 13.2.0',
      'chevrotain 13.2.0',
      // Whatever peers it stands beside.
      'valibot 1.5.0',
    ])
    expect(bundledIn('// src/index.ts\nvar own = 1\n')).toEqual([])
  })

  it('is named with its version by the notice, or is missing', () => {
    const bundled = ['chevrotain 13.2.0', '@chevrotain/gast 13.2.0']
    expect(unnamedIn('  chevrotain 13.2.0\n  @chevrotain/gast 13.1.0\n', bundled)).toEqual([
      '@chevrotain/gast 13.2.0',
    ])
    expect(unnamedIn('', [])).toEqual([])
  })
})
