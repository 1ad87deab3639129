/** What is drawn follows the theme, also where nothing trains. */
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

/** How often a colour of the page is on a canvas, of pixels that are hardly seen through: the paler ones are rounded. */
const pixelsOf = (page: Page, canvas: string, colour: '--ink' | '--panel'): Promise<number> =>
  page
    .locator(canvas)
    .first()
    .evaluate((element, name) => {
      const { width, height } = element as HTMLCanvasElement
      const context = (element as HTMLCanvasElement).getContext('2d')
      const pixels = context?.getImageData(0, 0, width, height).data ?? []
      // A canvas writes a colour out, which styles may have shortened.
      const spelling = new OffscreenCanvas(1, 1).getContext('2d')
      if (spelling === null) return 0
      spelling.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name)
      const hex = String(spelling.fillStyle)
      const wanted = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
      let found = 0
      for (let at = 0; at < pixels.length; at += 4)
        if (
          (pixels[at + 3] ?? 0) > 200 &&
          wanted.every((part, i) => Math.abs(part - (pixels[at + i] ?? 0)) < 3)
        )
          found++
      return found
    }, colour)

const drawn = [
  ['.network-canvas canvas', '--panel'],
  ['.samples canvas', '--ink'],
  ['.pad canvas', '--ink'],
] as const

describe.skipIf(missing !== undefined)('a page that stands still', () => {
  it('is drawn in the colours of the theme that is chosen, and of the system', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Digits' }).click()
    await page.locator('.samples canvas').first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    const pad = await page.locator('.pad canvas').boundingBox()
    if (pad === null) throw new Error('there is no pad')
    await page.mouse.move(pad.x + 70, pad.y + 20)
    await page.mouse.down()
    await page.mouse.move(pad.x + 70, pad.y + 120, { steps: 5 })
    await page.mouse.up()
    await page.locator('.verdict').waitFor()
    const seen = (): Promise<number[]> =>
      Promise.all(drawn.map(([canvas, colour]) => pixelsOf(page, canvas, colour)))
    const before = await seen()
    expect(before.filter((found) => found < 20)).toEqual([])
    /** Edges are mixed with what is behind them. */
    const leastShare = async (): Promise<number> => {
      const now = await seen()
      return Math.min(...now.map((found, i) => found / (before[i] ?? 1)))
    }
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(leastShare).toBeGreaterThan(0.9)
    await page.getByRole('button', { name: 'Light colours' }).click()
    await expect.poll(leastShare).toBeGreaterThan(0.9)
    await page.context().close()
  })
})
