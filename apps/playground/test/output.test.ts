/** What is shown of a model's answers can be told apart. */
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

/** Of the surface's pixels those of outlines, and the white ones of rows that are not trained on. */
const marksOf = (page: Page): Promise<{ dark: number; white: number }> =>
  page.locator('.surface canvas').evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement
    const context = (element as HTMLCanvasElement).getContext('2d')
    const pixels = context?.getImageData(0, 0, width, height).data ?? []
    const found = { dark: 0, white: 0 }
    for (let at = 0; at < pixels.length; at += 4) {
      const parts = [...pixels.slice(at, at + 3)]
      if (Math.max(...parts) < 90) found.dark++
      if (Math.min(...parts) > 250) found.white++
    }
    return found
  })

describe.skipIf(missing !== undefined)('the output', () => {
  it('tells points from a plane of their colours, and those not trained on from the others', async () => {
    const page = await site.visit()
    const plane = (split: string): Promise<void> =>
      page
        .locator('.cm-content')
        .fill(`data synthetic plane(points=200) { split ${split} }\ndense 1\ntrain epochs=30\n`)
    await plane('train=100%')
    await page.getByText('trained 30 epochs').waitFor()
    await page.locator('.legend', { hasText: 'high' }).waitFor()
    const all = await marksOf(page)
    expect(all.dark).toBeGreaterThan(1000)
    expect(all.white).toBe(0)
    await plane('train=50% validate=50%')
    await page.locator('.legend', { hasText: 'not trained on' }).waitFor()
    await expect.poll(async () => (await marksOf(page)).white).toBeGreaterThan(1000)
    await page.context().close()
  })

  it('colours what is taken for each class, and no zeros', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill(
        'data synthetic gauss(points=200, noise=0.1)\ndense 8 tanh -> dense 2\ntrain epochs=60\nmetrics [confusion]\n',
      )
    await page.getByText('trained 60 epochs').waitFor()
    const cells = await page.locator('.confusion td:not(:first-child:empty)').evaluateAll((all) =>
      all
        .filter((cell) => cell.textContent !== '')
        .map((cell) => {
          const { backgroundImage, color } = getComputedStyle(cell)
          const isInk = color === getComputedStyle(document.body).color
          return { text: cell.textContent, isColoured: backgroundImage !== 'none', isInk }
        }),
    )
    expect(cells.some(({ text }) => text === '0')).toBe(true)
    for (const { text, isColoured, isInk } of cells) {
      expect(isColoured, text).toBe(text !== '0')
      expect(isInk, text).toBe(true)
    }
    await page.context().close()
  })
})
