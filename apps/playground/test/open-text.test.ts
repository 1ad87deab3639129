/** Plugins that are loaded when a text needs them make no difference to what a text means. */
import { hasErrors } from 'chainrule/workbench'
import { describe, expect, it, vi } from 'vitest'

/** As a worker has it that was just made. */
const fresh = async () => {
  vi.resetModules()
  return import('../src/worker/open-text.ts')
}

const data = 'data synthetic moons(points=20)\n'

describe('a text that needs plugins which are not loaded', () => {
  it.each([
    ['a layer', 'dense 12 relu -> reshape 12x1 -> gru 3 -> dense 2'],
    ['a loss', 'dense 2\nloss focal'],
    ['an optimizer', 'dense 2\noptimizer lion'],
    ['a metric', 'dense 2\nmetrics [f1]'],
  ])('is opened with them: %s', async (_, text) => {
    const { openText, registry } = await fresh()
    expect(registry.find('layer', 'gru')).toBe(undefined)
    expect(hasErrors((await openText(data + text, {})).diagnostics)).toBe(false)
  })

  it('is told of all of them where it names one that there is not', async () => {
    const { openText } = await fresh()
    const { diagnostics } = await openText(`${data}grru 3 -> dense 2`, {})
    expect(diagnostics[0]?.help.join()).toContain('gru')
  })

  it('may not call a block like one of them', async () => {
    const block = `${data}block gru(n) { dense n relu }\ngru 3 -> dense 2`
    const alone = (await (await fresh()).openText(block, {})).diagnostics
    const { openText, loadAllPlugins } = await fresh()
    await loadAllPlugins()
    expect(alone).toEqual((await openText(block, {})).diagnostics)
  })

  it('that is plain loads nothing', async () => {
    const { openText, registry } = await fresh()
    await openText(`${data}dense 8 tanh -> dense 2\nmetrics [accuracy, confusion]`, {})
    expect(registry.find('layer', 'gru')).toBe(undefined)
  })
})
