/** The page answers while it trains, however much there is to train on. */
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { count } from '../src/page/count.ts'
import { longestTask } from './support/main-thread.ts'
import { missing, site } from './support/site.ts'

const stepOf = (page: Page): Promise<number> =>
  page.evaluate(() => window.chainrule.frame?.step ?? 0)

interface Case {
  readonly name: string
  readonly text: string
  /** That it is trained on. */
  readonly rows: number
}

const spiral = (points: number): string =>
  `data synthetic spiral(points=${points}, noise=0.1) { split train=70% validate=30% }
dense 16 tanh -> dense 8 tanh -> dense 2
train epochs=50000 batch=32
metrics [accuracy, confusion]
`

const cases: readonly Case[] = [
  { name: '400 points', text: spiral(400), rows: 280 },
  { name: '100,000 points', text: spiral(100_000), rows: 70_000 },
  {
    name: '100,000 numbers to be predicted',
    text: 'data synthetic plane(points=100000, noise=0.1) { split train=100% }\ndense 4 tanh -> dense 1\ntrain epochs=50000\nmetrics [mae]\n',
    rows: 100_000,
  },
]

describe.skipIf(missing !== undefined)('an interaction is answered within 50 ms', () => {
  it.each(cases)('with $name', async ({ text, rows }) => {
    const page = await site.visit()
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.getByLabel('Speed').selectOption('as fast as it goes')
    await page.locator('.cm-content').fill(text)
    await page.getByText('No problems').waitFor()
    await page.locator('.summary', { hasText: `${count(rows)} to train on` }).waitFor()
    await page.locator('.progress[data-status=playing]').waitFor()
    const longest = await longestTask(page, async () => {
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('button', { name: 'Play', exact: true }).click()
      for (const tab of await page.getByRole('tab').all()) await tab.click()
      await page.getByRole('button', { name: 'As a table' }).click()
      await page.getByRole('button', { name: 'As a table' }).click()
      await page.locator('.cm-content').press('Control+End')
      await page.keyboard.type('// a note', { delay: 30 })
      await page.waitForTimeout(1000)
    })
    expect(longest).toBeLessThan(50)
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('a training', () => {
  it('of updates that take long stops after the one that runs, and knows how long they take', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill('data synthetic spiral(points=400)\ndense 2000 relu -> dense 2000 relu -> dense 2\n')
    await page.waitForFunction(
      () =>
        window.chainrule.frame?.weights === undefined && (window.chainrule.frame?.step ?? 0) > 5,
    )
    // In one moment: what is done between the two is no part of it.
    const pause = page.getByRole('button', { name: 'Pause' })
    const before = await pause.evaluate((button: HTMLButtonElement) => {
      button.click()
      return window.chainrule.frame?.step ?? 0
    })
    await page.waitForTimeout(3000)
    // The one that ran, and what was on its way to the page.
    expect((await stepOf(page)) - before).toBeLessThanOrEqual(4)
    const updateTime = await page.evaluate(() => window.chainrule.frame?.updateTime)
    expect(updateTime).toBeGreaterThan(5)
    await page.context().close()
  })

  it('that goes on with the weights of another that had ended tells of both', async () => {
    const page = await site.visit()
    const text = 'data synthetic circle(points=40)\ndense 4 tanh -> dense 2\ntrain batch=40 epochs='
    const content = page.locator('.cm-content')
    await page.getByLabel('Speed').selectOption('as fast as it goes')
    await content.fill(`${text}30\n`)
    await page.getByText('trained 30 epochs').waitFor()
    await content.fill(`${text}20\n`)
    await page.getByText('trained 50 epochs').waitFor()
    expect(await page.locator('.progress').textContent()).toContain('epoch 20 of 20 (30 before)')
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByText('epoch 0 of 20').waitFor()
    await page.context().close()
  })
})
