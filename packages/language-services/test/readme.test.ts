import { expect, test } from 'vitest'
import { analyse, completions, hover, hoverMarkdown, inlayHints } from '../src/index.ts'
import { registry } from './support/registry.ts'

test('what the README shows is what comes', () => {
  const analysis = analyse('input x 4\n@x -> dense 16 relu -> ', { registry })
  const [first] = completions(analysis, 33)
  expect(first).toMatchObject({ label: 'dense', kind: 'layer' })
  expect(first?.detail).toMatch(/^dense units activation=linear /)
  const box = hover(analysis, 17)
  expect(box && hoverMarkdown(box)).toMatch(/output: `\[B, 16\]` {2}\nparameters: `80`$/)
  expect(inlayHints(analysis)).toEqual([
    { offset: 15, label: '[B, 4]', at: 'arrow', tooltip: '' },
    { offset: 32, label: '[B, 16]', at: 'arrow', tooltip: '' },
  ])
})
