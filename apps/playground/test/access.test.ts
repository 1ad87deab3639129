/** The page by keyboard, for screen readers, in both themes and on a phone. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site, type VisitOptions } from './support/site.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds, a line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { passes, violations: found } = (await page.evaluate('axe.run()')) as {
    readonly passes: readonly unknown[]
    readonly violations: readonly Violation[]
  }
  expect(passes.length).toBeGreaterThan(20)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  )
}

const phone = { width: 390, height: 844 }
const visits: Readonly<Record<string, VisitOptions>> = {
  'in light': {},
  'in dark': { scheme: 'dark' },
  'on a phone': { size: phone },
}

describe.skipIf(missing !== undefined)('axe finds nothing', () => {
  it.each(Object.entries(visits))('%s', async (_, options) => {
    const page = await site.visit(options)
    await page.locator('.plot canvas').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('.equation .katex').first().waitFor()
    await page.locator('.health li').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Close' }).click()
    await page.locator('.cm-content').fill('data synthetic circle\ndense 8 rellu -> dense 2\n')
    await page.locator('.problems .error').first().waitFor()
    await page.locator('.cm-gutter-lint').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Mend' }).first().click()
    await page.getByRole('button', { name: 'Your data…' }).click()
    await page.getByLabel('or paste rows').fill('a,b\n1,x\n2,y\n3,x')
    await page.getByText('3 rows').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Open and save' }).click()
    await page.getByText('None yet').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Digits' }).click()
    await page.locator('.samples li').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('the page', () => {
  it('is used by keyboard alone', async () => {
    const page = await site.visit()
    await page.locator('.progress[data-status=playing]').waitFor()
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.textContent?.slice(0, 20) ?? '')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Pause')
    await page.keyboard.press('Enter')
    await page.locator('.progress[data-status=paused]').waitFor()
    // What was on its way when it paused.
    await page.waitForTimeout(300)
    const before = await page.evaluate(() => window.chainrule.frame?.step ?? 0)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Step')
    await page.keyboard.press('Space')
    await page.waitForFunction((step) => window.chainrule.frame?.step === step + 1, before)
    await page.context().close()
  })

  it('keeps a hint apart from what follows its field, on a phone', async () => {
    const page = await site.visit({ size: phone })
    const field = page.locator('.number-field', { hasText: 'seed of the data' })
    await field.getByRole('spinbutton').fill('-1')
    await field.getByRole('spinbutton').blur()
    await field.getByText('is needed; 3 is kept').waitFor()
    const bottom = (selector: string): Promise<number> =>
      field.locator(selector).evaluate((element) => element.getBoundingClientRect().bottom)
    const next = await field.evaluate(
      (element) => element.nextElementSibling?.getBoundingClientRect().top ?? 0,
    )
    expect(next - (await bottom('.wrong'))).toBeGreaterThanOrEqual(15)
    await page.context().close()
  })

  it('is no wider than a phone', async () => {
    const page = await site.visit({ size: phone })
    await page.locator('.plot canvas').waitFor()
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    await page.context().close()
  })

  it('has buttons on a phone that a finger meets, and no part that scrolls within the health of layers', async () => {
    const page = await site.visit({ size: phone })
    await page.locator('.plot canvas').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('.health li').first().waitFor()
    // Boxes of the network and matrices are as large as what they show.
    const buttons = page.locator('button:not(.box-title, .cells), select, input[type=number]')
    const low = await buttons.evaluateAll((all) =>
      all.map((each) => each.getBoundingClientRect().height).filter((height) => height < 44),
    )
    expect(low).toEqual([])
    const wide = await page
      .locator('.health, .health *')
      .evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length)
    expect(wide).toBe(0)
    await page.context().close()
  })

  // Else what a long formula has beyond the edge is seen by who has a pointer alone.
  it('scrolls long formulas by keyboard too', async () => {
    const page = await site.visit({ size: phone })
    await page
      .locator('.cm-content')
      .fill('data synthetic circle\ndense 8 -> reshape 2x4 -> attention 2 -> flatten -> dense 2\n')
    await page.locator('button.box-title', { hasText: 'attention' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('.equation .katex').first().waitFor()
    const formula = page.locator('.equation header').first()
    const left = (): Promise<number> => formula.evaluate(({ scrollLeft }) => scrollLeft)
    await expect
      .poll(() => formula.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
      .toBeGreaterThan(50)
    expect(await violations(page)).toEqual([])
    await formula.getByRole('button', { name: 'Copy as LaTeX' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(left).toBeGreaterThan(0)
    await page.context().close()
  })

  it('keeps the theme that was chosen', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Dark colours' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Light colours' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    await page.context().close()
  })
})
