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
    await page.locator('.inside').getByText('after 1 update', { exact: true }).waitFor()
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

  it('shows shapes that multiply: with the 1 that is appended, and without the bias in ∂L/∂h', async () => {
    const page = await site.visit()
    await page.locator('.cm-content').fill(text.replace('optimizer sgd', 'optimizer adam'))
    await page.locator('button.box-title', { hasText: '3 tanh' }).waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    const captionsOf = async (equation: string): Promise<string[]> => {
      const found = page.locator('.equation', { hasText: equation }).first()
      await found.locator('.matrix .katex').first().waitFor()
      return found.locator('figcaption > small').allTextContents()
    }
    expect(await captionsOf('(41)')).toEqual([
      '8 × 3',
      ...['3 × 3', '= [weight | bias]'],
      ...['8 × 3', expect.stringMatching(/^= \[.* \| 1\]$/)],
    ])
    expect((await captionsOf('(75)')).slice(0, 3)).toEqual(['3 × 3', '8 × 3', '8 × 3'])
    expect(await captionsOf('(77)')).toEqual(['8 × 2', '8 × 3', '3 × 2', 'without the bias'])
    const updates = page.getByRole('region', { name: 'Update' })
    const shapes = await updates.locator('figcaption > small:nth-of-type(1)').allTextContents()
    expect(new Set(shapes)).toEqual(new Set(['3 × 3', 'a number']))
    // An element of g is a row of W times a row of h and its 1.
    const product = page.locator('.equation', { hasText: '(41)' }).first()
    await product.scrollIntoViewIfNeeded()
    await product
      .locator('canvas')
      .first()
      .hover({ position: { x: 10, y: 10 } })
    await product.locator('.expansion').waitFor()
    expect((await product.locator('.value').allTextContents()).slice(1)).toEqual([
      '3 elements',
      '3 elements',
    ])
    // What is pointed at is told over the page, not cut off at the edge of its equation.
    const told = await product.locator('.expansion').evaluate((element) => {
      const { left, bottom } = element.getBoundingClientRect()
      return document.elementsFromPoint(left + 4, bottom - 4).length > 0
        ? bottom - (element.parentElement?.getBoundingClientRect().bottom ?? 0)
        : 0
    })
    expect(told).toBeGreaterThan(10)
    await page.context().close()
  })

  it('begins the matrices of an equation at one height, below what a ring of focus takes', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    const equation = page.locator('.equation', { hasText: '(77)' })
    await equation.locator('.matrix .katex').nth(2).waitFor()
    const places = await equation.locator('.matrix').evaluateAll((all) =>
      all.map((matrix) => {
        const [label, cells] = ['.katex-html', '.cells'].map((selector) =>
          matrix.querySelector(selector)?.getBoundingClientRect(),
        )
        return { label: label?.bottom ?? 0, cells: cells?.top ?? 0 }
      }),
    )
    expect(new Set(places.map(({ cells }) => cells)).size).toBe(1)
    // The ring is 2 pixels wide and 2 away.
    for (const { label, cells } of places) expect(cells - label).toBeGreaterThanOrEqual(4)
    await page.context().close()
  })

  it('copies an equation as LaTeX', async () => {
    const page = await site.visit()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'See every gradient' }).click()
    const equation = page.locator('.equation', { hasText: '(77)' })
    await equation.getByRole('button', { name: 'Copy as LaTeX' }).click()
    await equation.getByRole('button', { name: 'Copied as LaTeX' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toContain(String.raw`\mathbf{h}^{n-1}} = \frac{\partial L}`)
    await page.context().close()
  })

  it('calls its step otherwise than that of the whole page', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('.inside .equation').first().waitFor()
    expect(await page.getByRole('button', { name: 'Step', exact: true }).count()).toBe(1)
    await page.getByRole('button', { name: 'Step, then inspect' }).waitFor()
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
