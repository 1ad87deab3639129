/** The page as a visitor has it, in a real browser. */
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

describe('in Chromium', () => {
  // A run in CI has to say so: elsewhere whoever has no browser goes on without.
  it.runIf(process.env['CI'])('a browser is there', () => {
    expect(missing).toBe(undefined)
  })
})

/** How high the line of the training stands at both ends of a drawn plot, as shares of its height. */
function heightsOfLine(element: Element, line: string): { left: number; right: number } {
  const canvas = element as HTMLCanvasElement
  const { width, height } = canvas
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] }
  const ofAccent: { x: number; y: number }[] = []
  for (let at = 0; at < width * height; at++) {
    const [red = 0, blue = 0, alpha = 0] = [data[4 * at], data[4 * at + 2], data[4 * at + 3]]
    const isOwn = line === 'training' ? blue > 180 && red < 60 : red > 130 && blue < 60
    if (alpha > 200 && isOwn) ofAccent.push({ x: at % width, y: Math.floor(at / width) })
  }
  const xs = ofAccent.map(({ x }) => x)
  const [least, most] = [Math.min(...xs), Math.max(...xs)]
  const heightAt = (from: number, to: number): number => {
    const there = ofAccent.filter(({ x }) => x >= from && x <= to)
    return 1 - Math.min(...there.map(({ y }) => y)) / height
  }
  return { left: heightAt(least, least + 4), right: heightAt(most - 4, most) }
}

describe.skipIf(missing !== undefined)('the playground', () => {
  it('has a spiral being learnt within 3 seconds, without a click', async () => {
    const page = await site.visit()
    await page.waitForFunction(
      () => Number(document.querySelector('.progress b')?.textContent) >= 5,
      undefined,
      { timeout: 3000 },
    )
    await page.context().close()
  })

  it('learns it, and the loss that is drawn falls', async () => {
    const page = await site.visit()
    await page.getByLabel('Speed').selectOption('as fast as it goes')
    await page.getByText('trained 400 epochs').waitFor()
    await page.getByRole('tab', { name: 'accuracy' }).click()
    await page.locator('.figures', { hasText: 'validation' }).waitFor()
    const said = await page.locator('.figures').textContent()
    expect(Number(/validation (\S+)/.exec(said ?? '')?.[1])).toBeGreaterThanOrEqual(0.98)
    // Of metrics there is only the line of the validation part.
    const risen = async (): Promise<number> => {
      const { left, right } = await page
        .locator('.plot canvas')
        .evaluate(heightsOfLine, 'validation')
      return right - left
    }
    await expect.poll(risen).toBeGreaterThan(0.3)
    await page.getByRole('tab', { name: 'loss' }).click()
    const fallen = async (): Promise<number> => {
      const { left, right } = await page.locator('.plot canvas').evaluate(heightsOfLine, 'training')
      return left - right
    }
    await expect.poll(fallen).toBeGreaterThan(0.5)
    await page.context().close()
  })

  it('shows no axes before there are curves, and says what to do', async () => {
    const page = await site.visit()
    await page.locator('.plot canvas').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByText('The curves begin after the first epoch: press Play.').waitFor()
    expect(await page.locator('.plot canvas').count()).toBe(0)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.locator('.plot canvas').waitFor()
    await page
      .locator('.cm-content')
      .fill('data synthetic moons(points=50) { split train=100% }\ndense 2\nmetrics [accuracy]\n')
    await page.getByRole('tab', { name: 'accuracy' }).click()
    await page.getByText('accuracy is measured on rows that are not trained on').waitFor()
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
    await page.locator('button.box-title', { hasText: '8 relu' }).waitFor()
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.context().close()
  })
})
