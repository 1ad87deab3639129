/** A layer that goes wrong on its inputs is no mistake of the text, and nothing in it is offered as the repair. */
import { ChainruleError, defineLayer, type Shape } from '@chainrule/core'
import { describe, expect, it } from 'vitest'
import { parse, renderDiagnostics, resolve } from '../../src/index.ts'
import { registry } from '../support/registry.ts'

const fail = (): never => {
  throw new ChainruleError(
    'plugin-failed',
    '`shape` of `bad` (chainrule-plugin-bad) failed: lost',
    {
      help: 'see its own stack',
    },
  )
}

describe.each(['shape', 'init'] as const)('a plugin that fails in %s', (stage) => {
  const bad = defineLayer({
    name: 'bad',
    summary: 'Wrong.',
    shape: (_, [h]) => (stage === 'shape' ? fail() : (h as Shape)),
    init: () => (stage === 'init' ? fail() : {}),
    forward: (_ops, _parameters, [h]) => ({ h, saved: {} }),
  })

  it('is named where it stands', () => {
    const text = 'input x 4\n@x -> dense 8 relu -> bad -> dense 1'
    const { diagnostics } = resolve(parse(text).ast, { registry: registry.copy().register(bad) })
    expect(renderDiagnostics(diagnostics, { text, file: 'm.mlp' })).toBe(
      `error[plugin-failed]: \`shape\` of \`bad\` (chainrule-plugin-bad) failed: lost
 --> m.mlp:2:23
2 | @x -> dense 8 relu -> bad -> dense 1
  |                       ^^^
  = help: see its own stack`,
    )
  })
})
