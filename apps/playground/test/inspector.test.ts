/** The inspector as a visitor has it: its numbers are those of the library. */
import { shuffled } from '@chainrule/core'
import { wasmEngine } from '@chainrule/engine-wasm'
import { builtInRegistry, open, prepareTraining } from 'chainrule/workbench'
import { describe, expect, it } from 'vitest'
import { shortNumber } from '../src/inspector/paint-matrix.ts'
import { filesSource } from '../src/worker/files.ts'
import { missing, site } from './support/site.ts'

const text = `data synthetic circle(points=40, noise=0.1, seed=3)
dense 3 tanh -> dense 2
optimizer sgd lr=0.1
train epochs=5 batch=8
seed 5
`

/** What the library computes for the batch after so many updates. */
async function expected(updates: number) {
  const { experiment, data } = await open(text, {
    registry: builtInRegistry(),
    file: 'model.mlp',
    source: filesSource({}),
  })
  if (experiment === undefined || data === undefined) throw new Error('the text has errors')
  const training = await prepareTraining(text, experiment, data, {
    engine: wasmEngine({ numerics: 'portable' }),
    entries: ['init', 'evaluate', 'predict', 'step', 'inspect'],
  })
  const { session, parts } = training
  const events = training.run({ stepsPerEvent: () => 1 })
  for await (const event of events) if (event.type === 'progress' && event.step >= updates) break
  const order = shuffled(parts.train, experiment.fit.seed, 1)
  return session.inspect(order.subarray(8 * updates, 8 * (updates + 1)))
}

describe.skipIf(missing !== undefined)('the inspector', () => {
  it('shows after one step what the library computes, element by element', async () => {
    const page = await site.visit()
    await page.locator('.cm-content').fill(text)
    await page.locator('button.box-title', { hasText: 'dense2' }).waitFor()
    await page.getByText('of 5').waitFor()
    await page.getByRole('button', { name: /Pause|Play/ }).waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('.inside').getByRole('button', { name: 'Step' }).click()
    await page.locator('.inside').getByText('after 1 updates').waitFor()
    const tensors = await expected(1)
    const equation = page.locator('.equation', { hasText: '(75)' })
    const cells = equation.getByRole('button', { name: /^gradient of W, 3 × 3/ })
    await cells.focus()
    const { values = [] } = tensors['dense1/dW'] ?? {}
    const shown: string[] = []
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        // In lines, there and back.
        if (row === 0 && column === 0) await cells.press('ArrowRight')
        else if (column > 0) await cells.press(row % 2 === 0 ? 'ArrowRight' : 'ArrowLeft')
        else await cells.press('ArrowDown')
        const said = await equation.locator('.value').first().textContent()
        shown.push(/= (\S+)$/.exec(said ?? '')?.[1] ?? '')
      }
    }
    const snake = [0, 1, 2, 5, 4, 3, 6, 7, 8].map((at) => shortNumber(values[at] ?? 0))
    expect(shown).toEqual(snake)
    await page.context().close()
  })

  it('follows an element to those that made it, in numbers, and back, and looks at one sample', async () => {
    const page = await site.visit()
    await page.locator('.cm-content').fill(text)
    await page.locator('button.box-title', { hasText: '3 tanh' }).waitFor()
    // The network is that of the text at once; what is inspected is loaded a little later.
    await page.getByText('of 5').waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    const equation = page.locator('.equation', { hasText: '(75)' })
    const matrices = equation.locator('.matrix')
    await matrices.nth(2).waitFor()
    await equation.scrollIntoViewIfNeeded()
    await matrices
      .nth(0)
      .locator('canvas')
      .hover({ position: { x: 10, y: 10 } })
    // ∂L/∂W[0, 0] is a sum over the 8 rows: 6 products are written, 2 counted.
    await equation.locator('.expansion').getByText('2 more').first().waitFor()
    expect(await matrices.locator('.value').allTextContents()).toEqual([
      expect.stringMatching(/^\[0, 0\] = /),
      '8 elements',
      '8 elements',
    ])
    // An element of ∂L/∂g has a part in its unit's weights and bias.
    await matrices
      .nth(1)
      .locator('canvas')
      .hover({ position: { x: 10, y: 10 } })
    await matrices.nth(0).getByText('3 elements').waitFor()
    await page.getByLabel('Rows').selectOption('one sample')
    await page.getByLabel('Sample', { exact: true }).fill('7')
    await equation.getByText('1 × 3').first().waitFor()
    await page.context().close()
  })

  it('has equations of every layer that can be written, such as one that is not the paper’s', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill(text.replace('-> dense 2', '-> norm -> dropout 0.2 -> dense 2'))
    await page.locator('button.box-title', { hasText: 'norm1' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    const inside = page.locator('.inside')
    await inside.locator('.equation', { hasText: 'inverse' }).first().waitFor()
    await inside.getByRole('combobox', { name: /^Layer/ }).selectOption('dropout1')
    await inside.locator('.equation', { hasText: 'kept' }).first().waitFor()
    // Where every gradient begins.
    const layers = inside.getByRole('combobox', { name: /^Layer/ })
    const loss = layers.locator('option', { hasText: 'cross-entropy' })
    await layers.selectOption(await loss.getAttribute('value'))
    await inside.locator('.equation', { hasText: 'ℓ' }).first().waitFor()
    await page.context().close()
  })

  it('tells the steps of a recurrent layer once, and the others where they are asked for', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill(text.replace('dense 3 tanh', 'dense 12 tanh -> reshape 12x1 -> gru 3'))
    await page.locator('button.box-title', { hasText: 'gru1' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    const forward = page.getByRole('region', { name: 'Forward' })
    const folded = forward.getByText(/\d+ more that say the same of other steps/)
    await folded.waitFor()
    const told = await forward.locator('.equation').count()
    expect(told).toBeLessThan(20)
    await folded.click()
    await forward
      .locator('.equation')
      .nth(told + 30)
      .waitFor()
    await page.context().close()
  })
})
