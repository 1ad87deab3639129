/** The page as a visitor has it, in a real browser. */
import { afterAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './support/site.ts'

const opened = await openSite()
const missing = typeof opened === 'string' ? opened : undefined
if (missing !== undefined) console.log(`skipped in Chromium: ${missing}`)

describe.skipIf(missing !== undefined)('the playground', () => {
  const site = opened as Site
  afterAll(() => site.close())

  it('has a spiral being learnt within 3 seconds, without a click', async () => {
    const page = await site.visit()
    await page.waitForFunction(
      () => Number(document.querySelector('.progress b')?.textContent) >= 5,
      undefined,
      { timeout: 3000 },
    )
    await page.context().close()
  })

  it('learns it', async () => {
    const page = await site.visit()
    await page.getByText('trained 600 epochs').waitFor()
    await page.getByRole('tab', { name: 'accuracy' }).click()
    const said = await page.locator('.figures').textContent()
    expect(Number(/validation (\S+)/.exec(said ?? '')?.[1])).toBeGreaterThan(0.95)
    await page.context().close()
  })

  it('says what is wrong, mends it by a click, and trains what comes out', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill('data synthetic circle(points=200)\ndense 8 rellu -> dense 2\n')
    await page.getByText('unknown activation `rellu`').first().waitFor()
    await page.locator('.problems').getByRole('button', { name: 'Mend' }).click()
    await page.getByText('No problems').waitFor()
    expect(await page.evaluate(() => window.chainrule.text)).toContain('dense 8 relu -> dense 2')
    await page.locator('.layers').getByText('42').first().waitFor({ state: 'detached' })
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.context().close()
  })
})
